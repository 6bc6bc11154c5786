import { basename, dirname, resolve } from 'node:path';
import { baseOf } from '../ctdb-installation/base-of.ts';
import type { Entry } from '../event-directory/entry.ts';
import { pluginFileOf } from '../event-directory/plugin-file.ts';
import { type Environment, receivedEnvironment } from '../process/environment.ts';
import { builtinOf } from '../run/plugin/entry-plugin.ts';
import { loadInForce } from '../run/plugin/plugin-in-force.ts';
import { describeError } from '../run/describe-error.ts';
import { notRun } from './not-run.ts';
import { sayLine } from './output.ts';
import { runPluginOnce } from './run-plugin-once.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs one plugin at one event, when it is called as `NN.name.script`, through a link to bin/ctdb-hook.
 *
 * @returns the exit status, 0 or 1: no other value means the same to every ctdbd. `notRun` where a built-in plugin does not
 *   load, as while npm replaces this package.
 */
export async function runAsLink(calledAs: string, [name, ...argv]: readonly string[]): Promise<number> {
  try {
    const entry = entryOf(calledAs);
    if (name === undefined)
      throw new UsageError(`${basename(calledAs)}: no event, expected ${basename(calledAs)} EVENT [ARG ...]`);
    const directory = dirname(resolve(calledAs));
    if (!(await canLoad(entry))) return notRun;
    return await runPluginOnce(entry, { name, argv }, directory, environmentFor(directory));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    sayLine(error.message);
    return 1;
  }
}

/** Whether a built-in plugin loads. An author's own says so itself when it runs. */
async function canLoad(entry: Entry): Promise<boolean> {
  if (builtinOf(entry) === undefined) return true;
  try {
    await loadInForce(entry);
    return true;
  } catch (error) {
    sayLine(`ERROR: ${entry.name} does not load: ${describeError(error, undefined)}`);
    return false;
  }
}

function entryOf(calledAs: string): Entry {
  const name = basename(calledAs).replace(/\.script$/, '');
  if (!/^\d\d\../.test(name))
    throw new UsageError(
      `${basename(calledAs)}: NN is missing: a link to ctdb-hook is named NN.name.script, such as 60.nfs.script`,
    );
  return { name, kind: 'plugin', path: pluginFileOf(calledAs, name) ?? resolve(calledAs) };
}

/**
 * The received environment. If a person calls a script without CTDB_BASE, that is added, for this process and for all that
 * it starts.
 */
function environmentFor(directory: string): Environment {
  const received = receivedEnvironment();
  if (process.env['CTDB_BASE']) return received;
  const base = baseOf(directory);
  process.env['CTDB_BASE'] = base;
  return { ...received, CTDB_BASE: base };
}
