import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Entry } from '../event-directory/entry.ts';
import { Untrusted } from '../files/trust.ts';
import { pluginFile } from '../run/plugin/entry-plugin.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { findResidentHost } from '../resident/find-resident-host.ts';
import { directoryOptions, ownDirectory, readChosenDirectory } from '../links/event-directory-option.ts';
import { findLoadFault } from './find-load-fault.ts';
import { sayLine } from '../links/output.ts';
import { listStatuses, reportRunning, toTheSecond } from './running-event-daemon.ts';

/**
 * `ctdb-hook list`: shows which event daemon runs, the entries in their order, and why an entry does not run. For a
 * directory other than the node's own it shows only the entries.
 *
 * @returns one of `listStatuses`.
 */
export async function listCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: directoryOptions });
  const { path, convention, entries, ignored, problems } = readChosenDirectory(values);
  const running = path === ownDirectory() ? await reportRunning(entries) : undefined;
  if (running !== undefined) for (const line of running.lines) sayLine(line);
  const host = findResidentHost(ctdbPaths(process.env).ownRunDir, path);
  if (host !== undefined)
    sayLine(`Resident host of links: process ${host.pid}, since ${toTheSecond(host.since)}`);
  sayLine(`${path} (convention ${convention})`);
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  let isWrong = problems.length > 0;
  for (const entry of entries) {
    const { state, isWrong: isThisWrong = false } = await stateOf(entry);
    isWrong ||= isThisWrong;
    sayLine(`  ${entry.name.padEnd(width)}  ${entry.kind}  ${state}`);
  }
  if (entries.length === 0) sayLine('  no plugins or scripts');
  if (ignored.length > 0) sayLine('Not run');
  for (const { path: file, why } of ignored) sayLine(`  ${basename(file)}: ${why}`);
  for (const problem of problems) sayLine(problem);
  const status = running?.status ?? listStatuses.asListed;
  return status === listStatuses.asListed && isWrong ? listStatuses.wrong : status;
}

/** The state of an entry, in words. */
interface EntryState {
  readonly state: string;
  readonly isWrong?: boolean;
}

async function stateOf(entry: Entry): Promise<EntryState> {
  const replaces = entry.replaces === undefined ? '' : `, in place of ${basename(entry.replaces)}`;
  if (entry.disabled !== undefined) return { state: `disabled: ${entry.disabled}${replaces}` };
  if (entry.kind === 'script') return { state: `enabled${replaces}` };
  const refused = whyRefused(entry);
  if (refused !== undefined) return { state: `refused: ${refused}${replaces}`, isWrong: true };
  const found = await findLoadFault(entry);
  if (found === undefined) return { state: `enabled${replaces}` };
  const instead = found.isKept ? ', its last good version goes on' : '';
  return { state: `does not load${instead}: ${found.fault}${replaces}`, isWrong: true };
}

/** Why the plugin would not even be loaded. Loading it shows what else is wrong with it. */
function whyRefused(entry: Entry): string | undefined {
  try {
    pluginFile(entry);
    return undefined;
  } catch (error) {
    return error instanceof Untrusted ? error.message : undefined;
  }
}
