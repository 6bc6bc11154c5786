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

/** How long the messages of an ended host are waited for, in milliseconds. */
const lastMessagesMs = 1_000;

/** An event of a batch, and when it must have ended. */
export interface BatchEvent {
  readonly event: RaisedEvent;
  readonly deadline: Deadline;
}

/** What a batch consists of. */
export interface BatchRequest {
  readonly host: HostProcess;
  readonly entries: readonly Entry[];
  /** The event, and those of the same name that the host runs by itself if all plugins have succeeded before. */
  readonly events: readonly BatchEvent[];
  /** The events of the burst that the host does not run by itself. */
  readonly waiting?: readonly BatchEvent[];
  readonly runAll: boolean;
}

/**
 * Plugins that a host runs one after another on one message: a round trip for each would cost more than the plugins do. In
 * a burst of events the host does not wait for the daemon between them either; meanwhile the daemon works on the event
 * before.
 */
export class PluginBatch {
  readonly host: HostProcess;
  readonly running: RunningPlugins;
  readonly #entries: readonly Entry[];
  readonly #events: readonly BatchEvent[];
  /** The index of this event. */
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
    const { host, entries, events, waiting = [], runAll } = request;
    const running = host.run({
      event: events[0]?.event.name ?? '',
      events: events.map(({ event, deadline }) => ({
        argv: event.argv,
        deadlineMs: sharedDeadline(deadline),
      })),
      waiting: waiting.map(({ event }) => event.argv),
      plugins: entries.map(({ name }) => name),
      runAll,
    });
    return new PluginBatch(request, running, 0);
  }

  /** The same plugins at the next event of the burst, with which the host now goes on. Undefined if there is none. */
  get next(): PluginBatch | undefined {
    const at = this.#at + 1;
    if (at >= this.#events.length) return undefined;
    const parts = { host: this.host, entries: this.#entries, events: this.#events };
    return new PluginBatch(parts, this.running, at);
  }

  /** Whether the batch belongs to this event. */
  isOf(event: RaisedEvent): boolean {
    return this.#events[this.#at]?.event === event;
  }

  /** Whether the host runs the event or will, or had begun it when the host ended. Then the event must not be run again. */
  async isGoingOn(): Promise<boolean> {
    if (this.host.isAlive && !this.running.isDone) return true;
    return this.isBegun();
  }

  /** Whether the host has begun the event, according to everything that it has said so far. */
  async isBegun(): Promise<boolean> {
    const { hasBegun } = this.running.event(this.#at);
    if (hasBegun.is) return true;
    if (this.host.isAlive) await this.host.recover();
    else await settlesWithin(this.running.hostEnded, lastMessagesMs);
    return hasBegun.is;
  }

  /**
   * Whether the host reaches the first plugin in time. It may have to note the event first. The answer comes as soon as it
   * does, or cannot any more, or its time is up.
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
    // The host may have begun a plugin that blocks it before it could say so. Or this process was held up.
    await this.host.recover();
    return fact.is;
  }

  /** The output of an entry so far. */
  output(entry: Entry): Buffer {
    return this.#plugin(entry).output.output();
  }

  /** Whether this entry is in the batch, and was begun or still can be. */
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

  /** How an entry ended. If it has to stop, the answer comes at once, with the cause. */
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
      effects: first,
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
    await this.host.recover(); // The host may have ended this plugin, and hang in the next.
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
    // A native crash or a kill from outside names no plugin. This one ran. It is not run again, since nobody knows how far
    // it came.
    const doubt = this.host.hasOthers(name)
      ? `; ${name} was running, but what another plugin has left behind may have done it`
      : '';
    plugin.say(`ERROR: ${name}: ${message}${doubt}`);
    return { begin, end: new Date(), result: 1, output: plugin.output.output() };
  }
}
