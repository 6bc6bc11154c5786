import { basename, dirname, resolve } from 'node:path';
import { pluginFileOf } from '../entries/plugin-file.ts';
import { readEventDirectory } from '../entries/read-event-directory.ts';
import { EventDirectoryError, type Entry } from '../entries/entry.ts';
import { eventsToHear } from '../plugin/events-to-hear.ts';
import { loadedFiles } from '../plugin/module-hooks.ts';
import { isFailure, scriptResults } from '../process/exit-code.ts';
import { type Environment, receivedEnvironment } from '../process/environment.ts';
import { AddressBook } from '../run/address-book.ts';
import { loadEntryPlugin, loadInForce } from '../run/entry-plugin.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { createPluginRunner, runEntryInProcess } from '../run/plugin-runner.ts';
import { createNetworkTeller } from '../run/tell-network.ts';
import { collectTcpManners } from '../run/tcp-manners.ts';
import { baseOf } from '../ctdb/base-of.ts';
import { installationProblems } from '../ctdb/installation-problems.ts';
import { eventDeadline } from './event-deadline.ts';
import { endOnSignals } from './ending-signals.ts';
import { noteEvents } from './noted-events.ts';
import { say, sayLine } from './output.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs one plugin at one event: called as `NN.name.script`, through a link to bin/ctdb-hook.
 *
 * @returns the exit status, 0 or 1: nothing else means the same to every ctdbd.
 */
export async function runAsLink(calledAs: string, [name, ...argv]: readonly string[]): Promise<number> {
  try {
    const entry = entryOf(calledAs);
    if (name === undefined)
      throw new UsageError(`${basename(calledAs)}: no event, expected ${basename(calledAs)} EVENT [ARG ...]`);
    const directory = dirname(resolve(calledAs));
    return await runPluginOnce(entry, { name, argv }, directory, environmentFor(directory));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    sayLine(error.message);
    return 1;
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

/** What was received; without CTDB_BASE, as a person calls a script, with that too, for all that looks there or is started. */
function environmentFor(directory: string): Environment {
  const received = receivedEnvironment();
  if (process.env['CTDB_BASE']) return received;
  const base = baseOf(directory);
  process.env['CTDB_BASE'] = base;
  return { ...received, CTDB_BASE: base };
}

async function runPluginOnce(
  entry: Entry,
  event: RaisedEvent,
  directory: string,
  environment: Environment,
): Promise<number> {
  const deadline = eventDeadline(undefined);
  const signal = endOnSignals();
  const addressBook = new AddressBook(process.env, sayLine);
  if (event.name === 'init') {
    // Once, and not at each event.
    for (const problem of installationProblems(process.env)) sayLine(`WARNING: ${problem}`);
    await addressBook.noteInit(entry.name);
  } else addressBook.noteRaised(event, entry.name);
  const runPlugin = createPluginRunner({
    load: loadInForce,
    environment,
    addressBook,
    group: 'inherited', // ctdbd cancels an event by killing the group of the script that it called.
    unclaimed: say,
    report: sayLine,
    onNetwork: createNetworkTeller(addressBook, event, sayLine),
    tcpReset: () => {
      const entries = entriesBeside(directory);
      return collectTcpManners({
        entries,
        load: loadInForce,
        environment: process.env,
        deadline,
        signal,
        report: sayLine,
      });
    },
  });
  const { result } = await runEntryInProcess(runPlugin, say)(entry, event, deadline, signal);
  // A plugin that was out of time may still be loading, and nothing waits for it.
  if (result !== scriptResults.timedOut && result !== scriptResults.cancelled) await noteWhatItHandles(entry);
  return isFailure(result) ? 1 : 0;
}

/** The other plugins, whose ports matter when connections are reset; an address must be released without them too. */
function entriesBeside(directory: string): readonly Entry[] {
  try {
    return readEventDirectory(directory).entries;
  } catch (error) {
    if (!(error instanceof EventDirectoryError)) throw error;
    sayLine(`WARNING: ${error.message}`);
    return [];
  }
}

/** So that the next event which does not concern the plugin is answered without starting Node. */
async function noteWhatItHandles(entry: Entry): Promise<void> {
  try {
    const { file, plugin } = await loadEntryPlugin(entry);
    noteEvents({ ...entry, file, events: eventsToHear(plugin), files: loadedFiles() });
  } catch {
    return; // A plugin that does not load has just said so.
  }
}
