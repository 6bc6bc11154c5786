import { dirname } from 'node:path';
import type { Entry } from '../entries/entry.ts';
import { parseArguments } from '../events/arguments.ts';
import { isEventName, isSettling, type EventName } from '../events/events.ts';
import type { PendingChanges } from '../ledger/ledger.ts';
import type { TcpReset } from '../network/tcp-reset.ts';
import type { AnyHandler, AnyPlugin } from '../plugin/check-definition.ts';
import { Failure } from '../plugin/failure.ts';
import type { Group } from '../process/backend.ts';
import type { Deadline } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import { scriptResults, type ScriptResult } from '../process/exit-code.ts';
import type { AddressBook } from './address-book.ts';
import { callHandler } from './call-handler.ts';
import { createContext } from './context/create-context.ts';
import { EntryOutput, type OutputSink } from './entry-output.ts';
import { loadEntryPlugin } from './entry-plugin.ts';
import { explain, inJson } from './explain.ts';
import type { RaisedEvent } from './outcome.ts';
import { PluginMemory } from './plugin-memory.ts';
import type { RunEntry } from './run-event.ts';
import { StopSignal } from './stop-signal.ts';
import { captureStandardStreams } from './standard-streams.ts';

/** What plugins run with. */
export interface PluginSetting {
  readonly environment: Environment;
  readonly addressBook: AddressBook;
  /** The process group of the commands that plugins run. */
  readonly group: Group;
  /** Gets what plugins say as they say it. */
  readonly sink: OutputSink;
  readonly tcpReset: () => Promise<TcpReset>;
}

/** Runs plugins in this process, one at a time. */
export function createPluginRunner(setting: PluginSetting): RunEntry {
  return async (entry, event, deadline, signal) => {
    const output = new EntryOutput(setting.sink);
    const begin = new Date();
    const result = await runPlugin({ ...setting, entry, event, output, deadline, signal });
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

async function runPlugin(run: PluginRun): Promise<ScriptResult> {
  using _streams = captureStandardStreams(run.entry.name, run.output);
  let file: string | undefined;
  try {
    const loaded = await loadEntryPlugin(run.entry);
    file = loaded.file;
    const call = await findCall(run, loaded.plugin);
    return call === undefined ? scriptResults.ok : await perform(run, loaded.plugin, call);
  } catch (error) {
    const text = explain(error, file);
    if (text !== '') run.output.addLine(text); // Empty: what failed has said why itself.
    return failed;
  }
}

/** The exit status of a script that failed. */
const failed = 1;

/** A handler to be called, and what it may have to act on. */
interface Call {
  readonly name: EventName;
  readonly handler: AnyHandler;
  readonly pending?: PendingChanges;
}

/** The handler for the event, if the plugin has one. */
async function findCall(
  { entry, event: { name }, addressBook }: PluginRun,
  plugin: AnyPlugin,
): Promise<Call | undefined> {
  if (!isEventName(name)) return undefined;
  const handler = plugin.handlers.get(name);
  if (handler !== undefined)
    return {
      name,
      handler,
      ...(isSettling(name) ? { pending: await addressBook.pendingFor(entry.name) } : {}),
    };
  if (name !== 'recovered' || !addressBook.settlesAtRecovered()) return undefined;
  // A ctdbd that has no ipreallocated: what waits for it is done where an address change ended then.
  const settle = plugin.handlers.get('ipreallocated');
  const pending = settle === undefined ? undefined : await addressBook.pendingFor(entry.name);
  return settle === undefined || pending?.changes.any !== true
    ? undefined
    : { name: 'ipreallocated', handler: settle, pending };
}

async function perform(
  run: PluginRun,
  plugin: AnyPlugin,
  { name, handler, pending }: Call,
): Promise<ScriptResult> {
  const { entry, event, addressBook } = run;
  const parsed: object = plugin.rawArguments === true ? {} : (parseArguments(name, event.argv) as object);
  const argument = {
    ...parsed,
    name,
    argv: event.argv,
    ...(pending === undefined ? {} : { changes: pending.changes }),
  };
  using stop = new StopSignal(run.deadline, run.signal);
  const memory = new PluginMemory(addressBook, entry.name);
  const directory = dirname(entry.path);
  const context = await createContext({
    ...run,
    name: entry.name,
    plugin,
    directory,
    signal: stop.signal,
    memory,
  });
  try {
    const called = await callHandler(handler, argument, context, stop);
    switch (called.kind) {
      case 'returned':
        checkReturned(name, called.value);
        pending?.acknowledge();
        return scriptResults.ok;
      case 'timed-out':
        run.output.addLine(`ERROR: ${entry.name} was still busy with ${event.name} when its time was up`);
        return scriptResults.timedOut;
      case 'cancelled':
        return scriptResults.cancelled;
    }
  } finally {
    memory.save();
  }
}

/** @throws Failure with the reason of a monitor that is not healthy, or that did not say. */
function checkReturned(name: EventName, value: unknown): void {
  if (name !== 'monitor') return;
  const { healthy, reason } = (value ?? {}) as { healthy?: unknown; reason?: unknown };
  if (healthy === true) return;
  if (healthy === false && typeof reason === 'string') throw new Failure(reason);
  throw new Failure(`ERROR: monitor returned ${inJson(value)}, expected healthy or unhealthy(reason)`);
}
