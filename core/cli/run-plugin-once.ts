import { installationProblems } from '../ctdb-installation/installation-problems.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { EventDirectoryError, type Entry } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { eventsToHear } from '../plugin-loading/events-to-hear.ts';
import { loadedFiles } from '../plugin-loading/module-hooks.ts';
import type { Environment } from '../process/environment.ts';
import { hasFailedInTime, isFailure, scriptResults } from '../process/exit-code.ts';
import { actWithoutHost, isMended, movesAddresses, takesOff } from '../run/act-without-host.ts';
import { LedgerAccess } from '../run/state/ledger-access.ts';
import { loadEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { loadInForce } from '../run/plugin/plugin-in-force.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { createPluginRunner, runEntryInProcess } from '../run/plugin/plugin-runner.ts';
import { collectTcpResetPolicies } from '../run/plugin/tcp-reset-policies.ts';
import { createNetworkTeller } from '../run/plugin/tell-network.ts';
import { endOnSignals } from './ending-signals.ts';
import { eventDeadline } from './event-deadline.ts';
import { noteEvents } from './noted-events.ts';
import { say, sayLine } from './output.ts';

/**
 * Runs one plugin at one event in this process, as ctdbd has a script run.
 *
 * @param directory the event directory of the plugin
 * @returns the exit status, 0 or 1: no other value means the same to every ctdbd.
 */
export async function runPluginOnce(
  entry: Entry,
  event: RaisedEvent,
  directory: string,
  environment: Environment,
): Promise<number> {
  const deadline = eventDeadline(undefined);
  const signal = endOnSignals();
  const ledgerAccess = new LedgerAccess(process.env, sayLine);
  if (event.name === 'init') {
    // This is said once, and not at each event.
    for (const problem of installationProblems(process.env)) sayLine(`WARNING: ${problem}`);
    await ledgerAccess.noteInit(entry.name);
  } else ledgerAccess.noteRaised(event, entry.name);
  const runPlugin = createPluginRunner({
    load: loadInForce,
    environment,
    ledgerAccess,
    group: 'inherited', // ctdbd cancels an event by killing the group of the script that it called.
    unclaimed: say,
    report: sayLine,
    onNetwork: createNetworkTeller(ledgerAccess, event, sayLine),
    tcpReset: () => {
      const entries = entriesBeside(directory);
      return collectTcpResetPolicies({
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
  // A plugin that timed out may still be loading, and nothing waits for it.
  if (result !== scriptResults.timedOut && result !== scriptResults.cancelled) await noteWhatItHandles(entry);
  if (!isFailure(result)) return 0;
  if (takesOff.has(event.name) && movesAddresses(entry) && !signal.aborted) {
    const acted = await actWithoutHost(event, ctdbPaths(process.env).base);
    for (const line of acted?.lines ?? []) sayLine(line);
    if (isMended(acted) && hasFailedInTime(result)) return 0;
  }
  if (hasFailedInTime(result)) await ledgerAccess.noteFailed(event);
  return 1;
}

/**
 * The other plugins, whose ports matter when connections are reset. If they cannot be read, the address is released all the
 * same.
 */
function entriesBeside(directory: string): readonly Entry[] {
  try {
    return readEventDirectory(directory).entries;
  } catch (error) {
    if (!(error instanceof EventDirectoryError)) throw error;
    sayLine(`WARNING: ${error.message}`);
    return [];
  }
}

/** Notes the plugin's events, so that the next event that it does not handle is answered without starting Node. */
async function noteWhatItHandles(entry: Entry): Promise<void> {
  try {
    const { file, plugin } = await loadEntryPlugin(entry);
    noteEvents({ ...entry, file, events: eventsToHear(plugin), files: loadedFiles() });
  } catch {
    return; // A plugin that does not load has just said so.
  }
}
