import { installationProblems } from '../ctdb-installation/installation-problems.ts';
import { ctdbPaths } from '../ctdb-installation/paths.ts';
import type { EventDirectory } from '../event-directory/entry.ts';
import type { Deadline } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import { hasFailedInTime, isFailure, scriptResults } from '../process/exit-code.ts';
import { actWithoutHost, isMended, movesAddresses, takesOff } from './act-without-host.ts';
import type { LedgerAccess } from './state/ledger-access.ts';
import { onlyDeclared } from './script/only-declared.ts';
import type { OutputSink } from './entry-output.ts';
import type { RaisedEvent } from './outcome.ts';
import { runEntryInProcess, type RunPlugin } from './plugin/plugin-runner.ts';
import { runEvent, type Notify, type RunEntry, type RunRecord } from './run-event.ts';
import { createScriptRunner } from './script/script-runner.ts';

/** An event that this process runs through a whole directory. */
export interface EventDirectoryRun {
  readonly event: RaisedEvent;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly notify: Notify;
  /** The environment of scripts. */
  readonly environment: Environment;
  readonly ledgerAccess: LedgerAccess;
  readonly runPlugin: RunPlugin;
  /** Gets what entries say. */
  readonly sink: OutputSink;
  /** Gets what there is to report beside. */
  readonly report: (message: string) => void;
  /** Whether it is the directory that ctdbd has, whose plugins are all there are. */
  readonly isOwnDirectory: boolean;
}

/** Runs an event through all entries of a directory: plugins in this process, scripts each in one of its own. */
export async function runEventDirectory(
  directory: EventDirectory,
  run: EventDirectoryRun,
): Promise<RunRecord> {
  const { event, deadline, signal, notify, environment, ledgerAccess, runPlugin, sink, report } = run;
  const { entries } = directory;
  if (event.name === 'init') {
    for (const problem of installationProblems(process.env)) report(`WARNING: ${problem}`);
    await ledgerAccess.noteInit();
  } else ledgerAccess.noteRaised(event);
  // Once per takeover is soon enough. A directory that is tried out says nothing about the node's own plugins.
  if (run.isOwnDirectory && event.name === 'ipreallocated')
    ledgerAccess.keepOnly(entries.flatMap(({ name, kind }) => (kind === 'plugin' ? [name] : [])));
  const runScript = onlyDeclared(createScriptRunner(environment, sink), report);
  /** Takes off what is still to be taken off, and answers whether that is done. */
  const releaseAnyway = async (): Promise<boolean> => {
    if (!takesOff.has(event.name) || signal.aborted) return false;
    const acted = await actWithoutHost(event, ctdbPaths(process.env).base);
    for (const line of acted?.lines ?? []) report(line);
    return isMended(acted);
  };
  const runEntry: RunEntry = async (entry, ...rest) => {
    if (entry.kind === 'script') return runScript(entry, ...rest);
    const outcome = await runEntryInProcess(runPlugin, sink)(entry, ...rest);
    if (!isFailure(outcome.result) || !movesAddresses(entry)) return outcome;
    const isOk = (await releaseAnyway()) && hasFailedInTime(outcome.result);
    return isOk ? { ...outcome, result: scriptResults.ok } : outcome;
  };
  const record = await runEvent({ event, entries, deadline, signal, runEntry, notify });
  const mover = entries.find(movesAddresses);
  const hadItsTurn = record.entries.some(({ entry }) => entry === mover);
  if (isFailure(record.result) && mover !== undefined && !hadItsTurn) await releaseAnyway();
  if (hasFailedInTime(record.result)) await ledgerAccess.noteFailed(event);
  return record;
}
