import type { Entry } from '../../event-directory/entry.ts';
import type { PluginEnd } from '../../plugin-host/messages.ts';
import { sharedDeadline, type Deadline } from '../../process/deadline.ts';
import { scriptResults } from '../../process/exit-code.ts';
import { StopSignal, type StopCause } from '../../process/stop-signal.ts';
import type { EntryOutcome, RaisedEvent } from '../../run/outcome.ts';
import type { HostEnded } from './host-ended.ts';
import type { HostProcess } from './host-process.ts';
import { settlesWithin } from '../../process/settles-within.ts';
import { StuckWatch } from './stuck-watch.ts';
import type { OnceTrue, RunningPlugin, RunningPlugins } from './running-plugins.ts';

/** How long is waited for what a host said before it ended, in milliseconds. */
const lastWordsMs = 1_000;

/** An event of a batch, and when it must have ended. */
export interface BatchEvent {
  readonly event: RaisedEvent;
  readonly deadline: Deadline;
}

/** What a batch is of. */
export interface BatchRequest {
  readonly host: HostProcess;
  readonly entries: readonly Entry[];
  /** The event, and those of the same name with which the host goes on by itself when all plugins have succeeded. */
  readonly events: readonly BatchEvent[];
  readonly runAll: boolean;
}

/**
 * Plugins that a host runs one after another with one message: a round trip for each would cost more than they do. In a
 * burst of events the host need not wait for the daemon between them either, which is at work on the last one meanwhile.
 */
export class PluginBatch {
  readonly host: HostProcess;
  readonly running: RunningPlugins;
  readonly #entries: readonly Entry[];
  readonly #events: readonly BatchEvent[];
  /** Which of the events this is. */
  readonly #at: number;

  private constructor(
    { host, entries, events }: Omit<BatchRequest, 'runAll'>,
    running: RunningPlugins,
    at: number,
  ) {
    this.host = host;
    this.running = running;
    this.#entries = entries;
    this.#events = events;
    this.#at = at;
  }

  /** Has the host begin. */
  static begin(request: BatchRequest): PluginBatch {
    const { host, entries, events, runAll } = request;
    const running = host.run({
      event: events[0]?.event.name ?? '',
      events: events.map(({ event, deadline }) => ({
        argv: event.argv,
        deadlineMs: sharedDeadline(deadline),
      })),
      plugins: entries.map(({ name }) => name),
      runAll,
    });
    return new PluginBatch(request, running, 0);
  }

  /** The same plugins at the next event of the burst, with which the host goes on now; undefined if there is none. */
  get next(): PluginBatch | undefined {
    const at = this.#at + 1;
    if (at >= this.#events.length) return undefined;
    const parts = { host: this.host, entries: this.#entries, events: this.#events };
    return new PluginBatch(parts, this.running, at);
  }

  /** Whether it is of this event. */
  isOf(event: RaisedEvent): boolean {
    return this.#events[this.#at]?.event === event;
  }

  /** Whether the host goes on with it, or had begun with it when it ended: then it must not be run again. */
  async isGoingOn(): Promise<boolean> {
    if (this.host.isAlive && !this.running.isDone) return true;
    return this.isBegun();
  }

  /** Whether the host has begun with it, by all that it has said so far. */
  async isBegun(): Promise<boolean> {
    const { hasBegun } = this.running.event(this.#at);
    if (hasBegun.is) return true;
    if (this.host.isAlive) await this.host.recover();
    else await settlesWithin(this.running.hostEnded, lastWordsMs);
    return hasBegun.is;
  }

  /**
   * Whether the host has come to the first plugin when it has had this time, or never will; it may have to note the event
   * first.
   */
  async hasBegun({
    beginMs,
    noteMs,
  }: {
    readonly beginMs: number;
    readonly noteMs: number;
  }): Promise<boolean> {
    const { isNext, hasBegun } = this.running.event(this.#at);
    if (this.#at > 0 && !(await this.#isReached(isNext, beginMs))) return false;
    return this.#isReached(hasBegun, this.#at > 0 ? noteMs : beginMs);
  }

  async #isReached(fact: OnceTrue, timeoutMs: number): Promise<boolean> {
    if (fact.is) return true;
    const { promise, resolve } = Promise.withResolvers<false>();
    using _stuck = new StuckWatch(this.host.pid, timeoutMs, () => {
      resolve(false);
    });
    const ended = this.running.done.then(() => false);
    const has = await Promise.race([fact.reached, ended, promise]);
    if (has) return true;
    // It may have begun with what does not end its turn, and not have come to say so; or it is we who were held up.
    await this.host.recover();
    return fact.is;
  }

  /** What an entry has said so far. */
  output(entry: Entry): Buffer {
    return this.#plugin(entry).output.output();
  }

  /** Whether this entry is one of them, and was begun or still can be. */
  serves(entry: Entry): boolean {
    const index = this.#indexOf(entry);
    return index !== -1 && (this.host.isAlive || this.running.hasBegunWith(index));
  }

  /** The index of an entry's plugin in the run, or -1. */
  #indexOf(entry: Entry): number {
    const index = this.#entries.indexOf(entry);
    return index === -1 ? -1 : this.#at * this.#entries.length + index;
  }

  #plugin(entry: Entry): RunningPlugin {
    return this.running.plugin(this.#indexOf(entry));
  }

  /** How an entry ended; for one that was given up, at once, with the cause. */
  async outcome(
    entry: Entry,
    deadline: Deadline,
    signal: AbortSignal,
  ): Promise<EntryOutcome & { readonly stopped?: StopCause }> {
    const began = new Date();
    const plugin = this.#plugin(entry);
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
    await this.host.recover(); // It may have ended this plugin, and hang in the next.
    return plugin.endedAs ?? first;
  }

  #stopped(
    { name }: Entry,
    plugin: RunningPlugin,
    begin: Date,
    cause: StopCause,
  ): EntryOutcome & { readonly stopped: StopCause } {
    const result = cause === 'cancelled' ? scriptResults.cancelled : scriptResults.timedOut;
    if (cause === 'timed-out')
      plugin.say(`ERROR: ${name} was still busy with ${this.#eventName} when its time was up`);
    return { begin, end: new Date(), result, output: plugin.output.output(), stopped: cause };
  }

  get #eventName(): string {
    return this.#events[this.#at]?.event.name ?? '';
  }

  #hostEnded({ name }: Entry, plugin: RunningPlugin, begin: Date, { message }: HostEnded): EntryOutcome {
    // A native crash or an end from outside names nobody. This one ran, and is not run again: nobody knows how far it came.
    const doubt = this.host.hasOthers(name)
      ? `; ${name} was running, but what another plugin has left behind may have done it`
      : '';
    plugin.say(`ERROR: ${name}: ${message}${doubt}`);
    return { begin, end: new Date(), result: 1, output: plugin.output.output() };
  }
}
