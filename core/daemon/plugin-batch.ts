import type { Entry } from '../entries/entry.ts';
import type { PluginEnd } from '../host/messages.ts';
import { remainingMs, type Deadline } from '../process/deadline.ts';
import { scriptResults } from '../process/exit-code.ts';
import { StopSignal, type StopCause } from '../process/stop-signal.ts';
import type { Outcome, RaisedEvent } from '../run/outcome.ts';
import type { HostEnded } from './host-ended.ts';
import type { HostProcess } from './host-process.ts';
import type { RunningPlugin, RunningPlugins } from './running-plugins.ts';

/** What a batch is of. */
export interface BatchRequest {
  readonly host: HostProcess;
  readonly event: RaisedEvent;
  readonly entries: readonly Entry[];
  readonly deadline: Deadline;
  readonly runAll: boolean;
}

/** Plugins that a host runs one after another with one message: a round trip for each would cost more than they do. */
export class PluginBatch {
  readonly host: HostProcess;
  readonly running: RunningPlugins;
  readonly #entries: readonly Entry[];
  readonly #event: RaisedEvent;

  constructor({ host, event, entries, deadline, runAll }: BatchRequest) {
    this.host = host;
    this.#entries = entries;
    this.#event = event;
    const left = remainingMs(deadline);
    this.running = host.run({
      event: event.name,
      argv: event.argv,
      plugins: entries.map(({ name }) => name),
      remainingMs: left === Infinity ? -1 : Math.ceil(left),
      runAll,
    });
  }

  /** Whether the host has come to the first of them within this time, or never will. */
  async hasBegun(timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(resolve, timeoutMs, false);
    const begun = this.running.began.then(() => true);
    const ended = this.running.hostEnded.then(() => false);
    const has = await Promise.race([begun, ended, promise]);
    clearTimeout(timer);
    if (has) return true;
    // It may have begun with what does not end its turn, and not have come to say so.
    this.host.recover();
    return this.running.hasBegun;
  }

  /** What an entry has said so far. */
  output(entry: Entry): Buffer {
    return this.running.plugin(this.#entries.indexOf(entry)).output.output();
  }

  /** Whether this entry is one of them, and was begun or still can be. */
  serves(entry: Entry): boolean {
    const index = this.#entries.indexOf(entry);
    return index !== -1 && (this.host.isAlive || this.running.hasBegunWith(index));
  }

  /** How an entry ended; for one that was given up, at once, with the cause. */
  async outcome(
    entry: Entry,
    deadline: Deadline,
    signal: AbortSignal,
  ): Promise<Outcome & { readonly stopped?: StopCause }> {
    const began = new Date();
    const plugin = this.running.plugin(this.#entries.indexOf(entry));
    const first = plugin.endedAs ?? (await this.#waitFor(plugin, deadline, signal));
    if (typeof first === 'string') return this.#stopped(entry, plugin, began, first);
    if (first instanceof Error) return this.#hostEnded(entry, plugin, began, first);
    return {
      begin: new Date(first.beganAtMs),
      end: new Date(first.endedAtMs),
      result: first.result,
      output: plugin.output.output(),
    };
  }

  async #waitFor(
    plugin: RunningPlugin,
    deadline: Deadline,
    signal: AbortSignal,
  ): Promise<PluginEnd | HostEnded | StopCause> {
    using stop = new StopSignal(deadline, signal);
    const first = await Promise.race([plugin.ended, this.running.hostEnded, stop.stopped]);
    if (typeof first !== 'string') return first;
    this.host.recover(); // It may have ended this plugin, and hang in the next.
    return plugin.endedAs ?? first;
  }

  #stopped(
    { name }: Entry,
    plugin: RunningPlugin,
    begin: Date,
    cause: StopCause,
  ): Outcome & { readonly stopped: StopCause } {
    const result = cause === 'cancelled' ? scriptResults.cancelled : scriptResults.timedOut;
    if (cause === 'timed-out')
      plugin.say(`ERROR: ${name} was still busy with ${this.#event.name} when its time was up`);
    return { begin, end: new Date(), result, output: plugin.output.output(), stopped: cause };
  }

  #hostEnded({ name }: Entry, plugin: RunningPlugin, begin: Date, { message }: HostEnded): Outcome {
    // A native crash or an end from outside names nobody. This one ran, and is not run again: nobody knows how far it came.
    const doubt = this.host.hasOthers(name)
      ? `; ${name} was running, but what another plugin has left behind may have done it`
      : '';
    plugin.say(`ERROR: ${name}: ${message}${doubt}`);
    return { begin, end: new Date(), result: 1, output: plugin.output.output() };
  }
}
