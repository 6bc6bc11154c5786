import { dirname } from 'node:path';
import type { Entry } from '../../event-directory/entry.ts';
import { parseArguments } from '../../events/arguments.ts';
import type { AddressChanges } from '../../events/changes.ts';
import { isEventName, isSettling, type EventName } from '../../events/events.ts';
import type { PendingChanges } from '../../ledger/ledger.ts';
import type { Network, NetworkName } from '../../network/network.ts';
import type { TcpReset } from '../../network/tcp-reset.ts';
import type { AnyHandler, AnyPlugin } from '../../plugin-loading/check-definition.ts';
import { findMisfits } from '../../plugin-loading/find-misfits.ts';
import type { Context } from '../../plugin-api/context.ts';
import { Failure } from '../../plugin-api/failure.ts';
import type { Group } from '../../process/backend.ts';
import { type Clock, systemClock } from '../../process/clock.ts';
import { isPast, type Deadline } from '../../process/deadline.ts';
import type { Environment } from '../../process/environment.ts';
import { scriptResults, type ScriptResult } from '../../process/exit-code.ts';
import type { LedgerAccess } from '../state/ledger-access.ts';
import { createContext } from '../context/create-context.ts';
import { EffectsSeen } from '../effects-seen.ts';
import { EntryOutput, type OutputSink } from '../entry-output.ts';
import { checkReturned } from './check-returned.ts';
import type { LoadedEntryPlugin } from './entry-plugin.ts';
import { describeError } from '../describe-error.ts';
import type { EntryOutcome, RaisedEvent } from '../outcome.ts';
import { mayFail } from '../options/may-fail.ts';
import { PassedOver } from '../passed-over.ts';
import { PendingCalls } from './pending-calls.ts';
import { StateDuringEvent } from '../state/state-during-event.ts';
import type { RunEntry } from '../run-event.ts';
import type { Sampling } from '../sampling/sampling.ts';
import { nothingLookedUp, type SharedLookups } from '../state/shared-lookups.ts';
import { StandardStreams } from './standard-streams.ts';
import { StopSignal, type StopCause } from '../../process/stop-signal.ts';
import { UnawaitedErrors } from './unawaited-errors.ts';
import { tellProblem } from '../tell-problem.ts';
import { untilStopped } from './until-stopped.ts';

/** What plugins run with. */
export interface PluginSetting {
  readonly environment: Environment;
  readonly ledgerAccess: LedgerAccess;
  /** The process group of the commands that plugins run. */
  readonly group: Group;
  /** Gets what is written while no plugin runs. */
  readonly unclaimed: OutputSink;
  /** Gets what there is to report beside. */
  readonly report: (message: string) => void;
  /** Gets what is no fault, but has changed, such as options; for the history. */
  readonly onNews?: (message: string) => void;
  readonly tcpReset: () => Promise<TcpReset>;
  /** Gives the plugin of an entry, or throws why there is none. */
  readonly load: (entry: Entry) => Promise<LoadedEntryPlugin>;
  /** The network where CTDB_HOOK_NETWORK does not say: `commands` in a hook process. */
  readonly networkWhenUnset?: NetworkName;
  /** Gets the network of each plugin that uses it, at each event. */
  readonly onNetwork?: (network: Network) => void;
  /** Where samples are kept; without it they are taken on the spot, as in a hook process. */
  readonly sampling?: Sampling;
  /** Gives the handler another context in the place of this one: for a dry run. */
  readonly replaceContext?: (context: Context) => Context;
  /** Makes the context in the place of `createContext`: for tests of plugins, whose world is another. */
  readonly makeContext?: typeof createContext;
  /** Gets what a handler that has returned has not awaited, a line each. */
  readonly onLeft?: (lines: readonly string[]) => void;
  /** The clock of what is waited for and told; this machine's, if nothing is said. */
  readonly clock?: Clock;
  /** Where plugins write, and whose errors nobody awaits. By default both are taken over for the whole process. */
  readonly ofProcess?: ProcessParts;
}

/** What plugins share with everything else in the process. */
export interface ProcessParts {
  readonly streams: Pick<StandardStreams, 'belongTo'>;
  readonly unawaited: Pick<UnawaitedErrors, 'during'>;
}

/** One plugin at one event, and its limits. */
export interface PluginCall {
  readonly entry: Entry;
  readonly event: RaisedEvent;
  /** Work that is done later does not count. */
  readonly deadline: Deadline;
  /** When the plugin is told to stop; a host that waits for the daemon's word has it later than the deadline. */
  readonly stopDeadline: Deadline;
  readonly signal: AbortSignal;
  /** Gets what the plugin says as it says it. */
  readonly sink: OutputSink;
  /** What other plugins have seen at the same event, and at those before it in a burst. */
  readonly shared?: SharedLookups;
}

/** How a plugin ended, and a promise for when nothing of its handler goes on any more. */
export interface PluginOutcome extends EntryOutcome {
  readonly unwound: Promise<void>;
}

/** Runs plugins in this process, one at a time. */
export type RunPlugin = (call: PluginCall) => Promise<PluginOutcome>;

/** Makes it. To be made once in a process, unless `ofProcess` is given: it takes over the standard streams. */
export function createPluginRunner(setting: PluginSetting): RunPlugin {
  const { clock = systemClock } = setting;
  const { streams, unawaited } = setting.ofProcess ?? {
    streams: new StandardStreams(setting.unclaimed),
    unawaited: new UnawaitedErrors(setting.report),
  };
  return async (call) => {
    const output = new EntryOutput(call.sink);
    const begin = new Date(clock.now());
    const { shared = nothingLookedUp() } = call;
    using _writer = streams.belongTo(call.entry.name, output);
    const progress: Progress = {
      memory: memoryOf(call.entry.name, shared, setting.ledgerAccess),
      calls: new PendingCalls(clock),
      effects: new EffectsSeen(),
      waiting: [],
      unwound: Promise.resolve(),
    };
    const result = await runPlugin({ ...setting, ...call, shared, output }, progress, unawaited);
    const effects = progress.effects.of(call.event);
    return {
      begin,
      end: new Date(clock.now()),
      result,
      output: output.finish(),
      effects,
      unwound: progress.unwound,
    };
  };
}

/** What a plugin remembers; it is read once in a burst. */
function memoryOf(name: string, { memories }: SharedLookups, ledgerAccess: LedgerAccess): StateDuringEvent {
  const memory = memories.get(name) ?? new StateDuringEvent(ledgerAccess, name);
  memories.set(name, memory);
  return memory;
}

/** Plugins as entries of a run in this very process. */
export const runEntryInProcess =
  (runPlugin: RunPlugin, sink: OutputSink): RunEntry =>
  (entry, event, deadline, signal) =>
    runPlugin({ entry, event, deadline, stopDeadline: deadline, signal, sink });

/** One plugin at one event. */
interface PluginRun extends PluginSetting, PluginCall {
  readonly output: EntryOutput;
  readonly shared: SharedLookups;
}

/** How far a run has come: what there is to explain, to keep and to acknowledge when it ends. */
interface Progress {
  readonly memory: StateDuringEvent;
  readonly calls: PendingCalls;
  readonly effects: EffectsSeen;
  waiting: readonly string[];
  file?: string;
  pending?: PendingChanges;
  unwound: Promise<void>;
}

async function runPlugin(
  run: PluginRun,
  progress: Progress,
  unawaited: ProcessParts['unawaited'],
): Promise<ScriptResult> {
  if (isPast(run.deadline)) return scriptResults.timedOut;
  using stop = new StopSignal(run.stopDeadline, run.signal);
  // The calls for which the plugin waits are recorded now: its commands end next, and their callers with them.
  stop.signal.addEventListener('abort', () => {
    progress.waiting = progress.calls.describe();
  });
  try {
    const work = unawaited.during(run.entry.name, () => handle(run, stop.signal, progress));
    progress.unwound = work.catch(() => undefined);
    const ended = await untilStopped(work, stop, run.clock);
    progress.memory.save(); // Before the acknowledgement: what cannot be kept fails the event, and is told again.
    // A handler that blocks may return, but late, and what is late does not count.
    const cause = ended === 'done' && isPast(run.deadline) ? 'timed-out' : ended;
    if (cause !== 'done') return stopped(run, progress, cause);
    progress.pending?.acknowledge();
    progress.effects.changesTold = countOf(progress.pending?.changes);
    return scriptResults.ok;
  } catch (error) {
    return failed(run, progress, error);
  }
}

/** Tells what the handler has begun and not awaited: its result may be wrong for that, such as a promise that was taken for an outcome. */
function tellLeft(
  { entry, event, output, onLeft }: PluginRun,
  { calls }: Progress,
  signal: AbortSignal,
): void {
  if (signal.aborted) return; // What it waited for is told then.
  const left = calls.places();
  onLeft?.(left);
  if (left.length > 0)
    output.addLine(
      [`WARNING: ${entry.name} did not await all that it began at ${event.name}:`, ...left].join('\n'),
    );
}

const countOf = (changes: AddressChanges | undefined): number =>
  changes === undefined
    ? 0
    : changes.taken.length + changes.released.length + changes.moved.length + changes.retaken.length;

function stopped(
  { entry, event, output, deadline, stopDeadline }: PluginRun,
  { waiting }: Progress,
  cause: StopCause,
): ScriptResult {
  if (cause === 'cancelled') return scriptResults.cancelled;
  // The daemon, which stops later than at the deadline, has said so by then.
  if (stopDeadline === deadline)
    output.addLine(`ERROR: ${entry.name} was still busy with ${event.name} when its time was up`);
  for (const line of waiting) output.addLine(line);
  return scriptResults.timedOut;
}

/** The exit status of a script that fails. What the plugin remembers is kept all the same. */
function failed({ output }: PluginRun, { memory, file }: Progress, error: unknown): ScriptResult {
  const texts = new Set([describeError(error, file)]);
  try {
    memory.save();
  } catch (unkept) {
    texts.add(describeError(unkept, file)); // The same again, if that is why it failed.
  }
  for (const text of texts) if (text !== '') output.addLine(text); // Empty: what failed has said why itself.
  return error instanceof PassedOver ? scriptResults.ok : 1;
}

/** Everything from loading the plugin to its handler's return. */
async function handle(run: PluginRun, signal: AbortSignal, progress: Progress): Promise<void> {
  const { entry, event } = run;
  const { file, plugin } = await loadFor(run);
  progress.file = file;
  const call = await findCall(run, plugin);
  if (call === undefined) return;
  const { name, handler, pending } = call;
  if (pending !== undefined) progress.pending = pending;
  const parsed: object = plugin.rawArguments === true ? {} : (parseArguments(name, event.argv) as object);
  const changes = pending === undefined ? {} : { changes: pending.changes };
  const directory = dirname(entry.path);
  const { memory, calls } = progress;
  const context = await (run.makeContext ?? createContext)({
    ...run,
    deadline: run.stopDeadline,
    name: entry.name,
    plugin,
    directory,
    signal,
    memory,
    effects: progress.effects,
  });
  if (signal.aborted) return;
  const given = run.replaceContext?.(context) ?? context;
  let returned: unknown;
  try {
    returned = await handler({ ...parsed, name, argv: event.argv, ...changes }, calls.watch(given));
  } finally {
    tellLeft(run, progress, signal);
  }
  const misuse = checkReturned(name, returned);
  if (misuse !== undefined) run.output.addLine(`WARNING: ${entry.name}: ${misuse}`);
}

/** The plugin. One that does not load, and has no version that did, is passed over where its event must not fail for it. */
async function loadFor({ entry, event, output, load }: PluginRun): Promise<LoadedEntryPlugin> {
  const { name } = event;
  const loaded = await load(entry).catch((error: unknown) => {
    if (mayFail(name)) throw error;
    throw new PassedOver(`ERROR: ${entry.name} is passed over: ${describeError(error, undefined)}`);
  });
  const say = (problem: string): void => {
    output.addLine(problem);
  };
  const place = { name: entry.name, event: name, say };
  tellProblem(place, 'version', loaded.instead?.why);
  tellProblem(place, 'entry', loaded.problem);
  tellProblem(place, 'schema', misfitsOf(entry, loaded));
  if (loaded.instead?.isRefused === true && mayFail(name)) throw new Failure('');
  return loaded;
}

const misfitsOf = ({ name }: Entry, { plugin }: LoadedEntryPlugin): string | undefined =>
  findMisfits(plugin)
    .map((misfit) => `WARNING: ${name}: ${misfit}`)
    .join('\n') || undefined;

/** A handler to be called, and what it may have to act on. */
interface ContextCall {
  readonly name: EventName;
  readonly handler: AnyHandler;
  readonly pending?: PendingChanges;
}

/** The handler for the event, if the plugin has one. */
async function findCall(run: PluginRun, { handlers }: AnyPlugin): Promise<ContextCall | undefined> {
  const { entry, event, ledgerAccess } = run;
  const { name } = event;
  if (!isEventName(name)) return undefined;
  const handler = handlers.get(name);
  if (handler !== undefined)
    return isSettling(name)
      ? { name, handler, pending: await ledgerAccess.pendingFor(entry.name) }
      : { name, handler };
  const settle = handlers.get('ipreallocated');
  if (name !== 'recovered' || settle === undefined || !ledgerAccess.settlesAtRecovered()) return undefined;
  // This ctdbd has no ipreallocated: its address changes end with recovered, and the waiting work is done there.
  const pending = await ledgerAccess.pendingFor(entry.name);
  return pending.changes.any ? { name: 'ipreallocated', handler: settle, pending } : undefined;
}
