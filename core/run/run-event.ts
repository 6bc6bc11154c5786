import type { Entry } from '../event-directory/entry.ts';
import { ArgumentsError, parseArguments } from '../events/arguments.ts';
import type { PublicAddress } from '../events/address.ts';
import { isFailure, scriptResults } from '../process/exit-code.ts';
import { isPast, type Deadline } from '../process/deadline.ts';
import type { EntryOutcome, RaisedEvent } from './outcome.ts';

/**
 * The only way to run an entry, whatever it is and wherever it runs: a script in a process of its own, a plugin in
 * this process or, under the daemon, in the plugin host.
 */
export type RunEntry = (
  entry: Entry,
  event: RaisedEvent,
  deadline: Deadline,
  signal: AbortSignal,
) => Promise<EntryOutcome>;

/** What is told of a run while it goes on; see core/run-observers. */
export interface RunObservations {
  readonly 'run:start': {
    readonly event: RaisedEvent;
    readonly begin: Date;
    /** How long it has waited for other events, in milliseconds. */
    readonly waitedMs: number;
  };
  readonly 'entry:start': { readonly event: RaisedEvent; readonly entry: Entry };
  readonly 'entry:end': {
    readonly event: RaisedEvent;
    readonly entry: Entry;
    readonly outcome: EntryOutcome;
  };
  readonly 'run:end': RunRecord;
  /** A takeip succeeded. */
  readonly 'ip:taken': PublicAddress;
  /** A releaseip succeeded. */
  readonly 'ip:released': PublicAddress;
}

/** Tells observers. */
export type Notify = <K extends keyof RunObservations>(what: K, seen: RunObservations[K]) => void;

/** What is to be run. */
export interface EventRunRequest {
  readonly event: RaisedEvent;
  readonly entries: readonly Entry[];
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  readonly runEntry: RunEntry;
  readonly notify: Notify;
  /** Goes on after a failure (CTDB's flag RUN_ALL); the last failure's result is the run's. */
  readonly runAll?: boolean;
  /** The run was begun elsewhere, in time. The request for it here may be late. */
  readonly isBegun?: boolean;
  /** How long it has waited for other events, in milliseconds. */
  readonly waitedMs?: number;
}

/** How one entry of a run ended. */
export interface EntryRecord extends EntryOutcome {
  readonly entry: Entry;
}

/** How a run ended. */
export interface RunRecord {
  readonly event: RaisedEvent;
  /** How long it waited for other events before, in milliseconds. */
  readonly waitedMs: number;
  readonly begin: Date;
  readonly end: Date;
  /** 0, or the result of the entry that failed. */
  readonly result: number;
  /** The entries that ran, and the disabled ones among them, in order. */
  readonly entries: readonly EntryRecord[];
}

/** Runs the entries one after another, in the order given, until one fails. A late event starts nothing. */
export async function runEvent(request: EventRunRequest): Promise<RunRecord> {
  const { event, notify, waitedMs = 0 } = request;
  const begin = new Date();
  notify('run:start', { event, begin, waitedMs });
  const entries: EntryRecord[] = [];
  let result = isPast(request.deadline) && request.isBegun !== true ? scriptResults.timedOut : 0;
  if (result === 0) {
    for (const entry of request.entries) {
      const outcome = await runOne(request, entry, entries.at(-1)?.begin);
      entries.push({ ...outcome, entry });
      if (!isFailure(outcome.result)) continue;
      result = outcome.result;
      if (request.runAll !== true || isPast(request.deadline) || request.signal.aborted) break;
    }
  }
  const lastEnd = entries.at(-1)?.end ?? begin;
  const now = new Date();
  const record = { event, waitedMs, begin, end: now < lastEnd ? lastEnd : now, result, entries };
  if (result === 0) tellAddress(event, notify);
  notify('run:end', record);
  return record;
}

/** Tells of an address after the run, when it is true. If the address cannot be read, nothing that ran has failed for it. */
function tellAddress({ name, argv }: RaisedEvent, notify: Notify): void {
  if (name !== 'takeip' && name !== 'releaseip') return;
  try {
    notify(name === 'takeip' ? 'ip:taken' : 'ip:released', parseArguments(name, argv));
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
  }
}

async function runOne(
  { event, deadline, signal, runEntry, notify }: EventRunRequest,
  entry: Entry,
  notBefore: Date | undefined,
): Promise<EntryOutcome> {
  notify('entry:start', { event, entry });
  const run = entry.disabled === undefined ? runEntry : passOver;
  const outcome = inOrder(await run(entry, event, deadline, signal), notBefore);
  notify('entry:end', { event, entry, outcome });
  return outcome;
}

/**
 * The same outcome, with a begin that is not before this one and an end that is not before its begin. The system's clock may
 * have been put back meanwhile, and the clients of CTDB 4.24 and later take an entry that began before the one above it for the
 * end of the list (ctdb/event/event_tool.c). The duration stays the same.
 */
function inOrder(outcome: EntryOutcome, notBefore = outcome.begin): EntryOutcome {
  const tookMs = Math.max(0, outcome.end.getTime() - outcome.begin.getTime());
  const begin = outcome.begin < notBefore ? notBefore : outcome.begin;
  return { ...outcome, begin, end: new Date(begin.getTime() + tookMs) };
}

/** A disabled entry is told of like the others, with no time spent on it. */
const passOver: RunEntry = () => {
  const now = new Date();
  return Promise.resolve({ begin: now, end: now, result: scriptResults.disabled, output: Buffer.alloc(0) });
};
