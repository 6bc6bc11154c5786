import { dirname } from 'node:path';
import type { Entry } from '../entries/entry.ts';
import { parseArguments } from '../events/arguments.ts';
import { isEventName, isSettling, type EventName } from '../events/events.ts';
import type { PendingChanges } from '../ledger/ledger.ts';
import type { TcpReset } from '../network/tcp-reset.ts';
import type { AnyHandler, AnyPlugin } from '../plugin/check-definition.ts';
import { Failure } from '../plugin/failure.ts';
import type { Group } from '../process/backend.ts';
import { isPast, type Deadline } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import { scriptResults, type ScriptResult } from '../process/exit-code.ts';
import type { AddressBook } from './address-book.ts';
import { createContext } from './context/create-context.ts';
import { EntryOutput, type OutputSink } from './entry-output.ts';
import { loadEntryPlugin } from './entry-plugin.ts';
import { explain, inJson } from './explain.ts';
import type { RaisedEvent } from './outcome.ts';
import { PluginMemory } from './plugin-memory.ts';
import type { RunEntry } from './run-event.ts';
import { StandardStreams } from './standard-streams.ts';
import { StopSignal, type StopCause } from '../process/stop-signal.ts';
import { StrayErrors } from './stray-errors.ts';
import { untilStopped } from './until-stopped.ts';

/** What plugins run with. */
export interface PluginSetting {
  readonly environment: Environment;
  readonly addressBook: AddressBook;
  /** The process group of the commands that plugins run. */
  readonly group: Group;
  /** Gets what plugins say as they say it. */
  readonly sink: OutputSink;
  /** Gets what there is to report beside. */
  readonly report: (message: string) => void;
  readonly tcpReset: () => Promise<TcpReset>;
}

/** Runs plugins in this process, one at a time. To be made once: it takes over the process's standard streams. */
export function createPluginRunner(setting: PluginSetting): RunEntry {
  const streams = new StandardStreams(setting.sink);
  const stray = new StrayErrors(setting.report);
  return async (entry, event, deadline, signal) => {
    const output = new EntryOutput(setting.sink);
    const begin = new Date();
    using _writer = streams.belongTo(entry.name, output);
    const result = await runPlugin({ ...setting, entry, event, output, deadline, signal }, stray);
    return { begin, end: new Date(), result, output: output.finish() };
  };
}

/** One plugin at one event. */
interface PluginRun extends PluginSetting {
  readonly entry: Entry;
  readonly event: RaisedEvent;
  readonly output: EntryOutput;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/** How far a run has come: what there is to explain, to keep and to acknowledge when it ends. */
interface Progress {
  readonly memory: PluginMemory;
  file?: string;
  pending?: PendingChanges;
}

async function runPlugin(run: PluginRun, stray: StrayErrors): Promise<ScriptResult> {
  if (isPast(run.deadline)) return scriptResults.timedOut;
  using stop = new StopSignal(run.deadline, run.signal);
  const progress: Progress = { memory: new PluginMemory(run.addressBook, run.entry.name) };
  try {
    const ended = await stray.during(() => untilStopped(handle(run, stop.signal, progress), stop));
    progress.memory.save(); // Before the acknowledgement: what cannot be kept fails the event, and is told again.
    // A handler that blocks may return, but late, and what is late does not count.
    const cause = ended === 'done' && isPast(run.deadline) ? 'timed-out' : ended;
    if (cause !== 'done') return stopped(run, cause);
    progress.pending?.acknowledge();
    return scriptResults.ok;
  } catch (error) {
    return failed(run, progress, error);
  }
}

function stopped({ entry, event, output }: PluginRun, cause: StopCause): ScriptResult {
  if (cause === 'cancelled') return scriptResults.cancelled;
  output.addLine(`ERROR: ${entry.name} was still busy with ${event.name} when its time was up`);
  return scriptResults.timedOut;
}

/** The exit status of a script that fails. What the plugin remembers is kept all the same. */
function failed({ output }: PluginRun, { memory, file }: Progress, error: unknown): ScriptResult {
  const errors = [error];
  try {
    memory.save();
  } catch (unkept) {
    if (unkept !== error) errors.push(unkept);
  }
  for (const each of errors) {
    const text = explain(each, file);
    if (text !== '') output.addLine(text); // Empty: what failed has said why itself.
  }
  return 1;
}

/** Everything from loading the plugin to its handler's return. */
async function handle(run: PluginRun, signal: AbortSignal, progress: Progress): Promise<void> {
  const { entry, event } = run;
  const { file, plugin } = await loadEntryPlugin(entry);
  progress.file = file;
  const call = await findCall(run, plugin);
  if (call === undefined) return;
  const { name, handler, pending } = call;
  if (pending !== undefined) progress.pending = pending;
  const parsed: object = plugin.rawArguments === true ? {} : (parseArguments(name, event.argv) as object);
  const changes = pending === undefined ? {} : { changes: pending.changes };
  const directory = dirname(entry.path);
  const { memory } = progress;
  const context = await createContext({ ...run, name: entry.name, plugin, directory, signal, memory });
  if (signal.aborted) return;
  checkReturned(name, await handler({ ...parsed, name, argv: event.argv, ...changes }, context));
}

/** A handler to be called, and what it may have to act on. */
interface Call {
  readonly name: EventName;
  readonly handler: AnyHandler;
  readonly pending?: PendingChanges;
}

/** The handler for the event, if the plugin has one. */
async function findCall(run: PluginRun, { handlers }: AnyPlugin): Promise<Call | undefined> {
  const { entry, event, addressBook } = run;
  const { name } = event;
  if (!isEventName(name)) return undefined;
  const handler = handlers.get(name);
  if (handler !== undefined)
    return isSettling(name)
      ? { name, handler, pending: await addressBook.pendingFor(entry.name) }
      : { name, handler };
  const settle = handlers.get('ipreallocated');
  if (name !== 'recovered' || settle === undefined || !addressBook.settlesAtRecovered()) return undefined;
  // A ctdbd that has no ipreallocated: what waits for it is done where an address change ended then.
  const pending = await addressBook.pendingFor(entry.name);
  return pending.changes.any ? { name: 'ipreallocated', handler: settle, pending } : undefined;
}

/** @throws Failure with the reason of a monitor that is not healthy, or that did not say. */
function checkReturned(name: EventName, value: unknown): void {
  if (name !== 'monitor') return;
  const { healthy, reason } = (value ?? {}) as { healthy?: unknown; reason?: unknown };
  if (healthy === true) return;
  if (healthy === false && typeof reason === 'string') throw new Failure(reason);
  throw new Failure(`ERROR: monitor returned ${inJson(value)}, expected healthy or unhealthy(reason)`);
}
