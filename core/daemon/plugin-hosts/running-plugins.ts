import type { FromHost, PluginEnd } from '../../plugin-host/messages.ts';
import type { StopCause } from '../../process/stop-signal.ts';
import { OutputCap } from '../../process/output-cap.ts';
import { entryOutputBytesMax } from '../../run/entry-output.ts';
import type { HostEnded } from './host-ended.ts';

/** The messages of a host about a run. */
type OfRun = Extract<FromHost, { readonly run: number }>;

/** How many plugins a host runs, and at how many events. */
export interface RunSize {
  readonly plugins: number;
  readonly events: number;
}

/** Plugins that a host runs one after another, at one event or at the events of a burst. */
export class RunningPlugins {
  readonly #run: number;
  readonly #size: RunSize;
  readonly #hostEnded = Promise.withResolvers<HostEnded>();
  readonly #stop: (cause: StopCause) => void;
  readonly #plugins = new Map<number, RunningPlugin>();
  readonly #events = new Map<number, RunningEvent>();
  readonly #stopping = Promise.withResolvers<undefined>();
  readonly #done = new OnceTrue();

  constructor(run: number, size: RunSize, stop: (cause: StopCause) => void) {
    this.#run = run;
    this.#size = size;
    this.#stop = stop;
  }

  /** The plugin of this index, counted over all events. */
  plugin(index: number): RunningPlugin {
    const plugin = this.#plugins.get(index) ?? new RunningPlugin();
    this.#plugins.set(index, plugin);
    return plugin;
  }

  /** How far the host has come with the event of this index. */
  event(index: number): RunningEvent {
    const event = this.#events.get(index) ?? new RunningEvent();
    this.#events.set(index, event);
    return event;
  }

  /** Whether the host has come to the plugin of this index. It does so when the plugin before has ended. */
  hasBegunWith(index: number): boolean {
    const { plugins } = this.#size;
    return index % plugins === 0
      ? this.event(index / plugins).hasBegun.is
      : this.plugin(index - 1).endedAs !== undefined;
  }

  /** Settles when nothing of the run goes on any more, or its host has ended. */
  get done(): Promise<unknown> {
    return Promise.race([this.#done.reached, this.#hostEnded.promise]);
  }

  /** Whether the host has said that nothing of the run goes on any more. */
  get isDone(): boolean {
    return this.#done.is;
  }

  /** Settles when the host has heard that it is to stop the run, or has ended. */
  get stopping(): Promise<unknown> {
    return Promise.race([this.#stopping.promise, this.#hostEnded.promise]);
  }

  /** Settles with how the host ended, if it does. */
  get hostEnded(): Promise<HostEnded> {
    return this.#hostEnded.promise;
  }

  /**
   * Notes the end of the host. This is a call, not a promise of the host: such a promise would keep everything that ever
   * waited for it for as long as the host lives.
   */
  endHost(ended: HostEnded): void {
    this.#hostEnded.resolve(ended);
  }

  /** Tells the host to stop the run. */
  stop(cause: StopCause): void {
    this.#stop(cause);
  }

  /** Whether the message is the first to say that an event of this run has begun. */
  isNews({ run, event }: { readonly run: number; readonly event: number }): boolean {
    return run === this.#run && event < this.#size.events && !this.event(event).hasBegun.is;
  }

  /** Notes what the host says. A message about another run is stale, and is ignored. */
  hear(message: OfRun): void {
    if (message.run !== this.#run) return;
    const { plugins, events } = this.#size;
    if ('index' in message && message.index >= plugins * events) return;
    if ('event' in message && message.event >= events) return;
    switch (message.kind) {
      case 'next':
        this.event(message.event).isNext.set();
        return;
      case 'began':
        this.event(message.event).isNext.set();
        this.event(message.event).hasBegun.set();
        return;
      case 'output':
        this.plugin(message.index).output.add(message.chunk);
        return;
      case 'ended':
        this.plugin(message.index).end(message);
        return;
      case 'stopping':
        this.#stopping.resolve(undefined);
        return;
      case 'done':
        this.#done.set();
        return;
    }
  }
}

/** A fact that becomes true once and stays true. */
export class OnceTrue {
  readonly #reached = Promise.withResolvers<true>();
  #is = false;

  /** Whether it is true. */
  get is(): boolean {
    return this.#is;
  }

  /** Settles when it is. */
  get reached(): Promise<true> {
    return this.#reached.promise;
  }

  /** Makes it true. */
  set(): void {
    this.#is = true;
    this.#reached.resolve(true);
  }
}

/** How far a host has come with an event. */
class RunningEvent {
  /** The host has nothing else to do before this event. */
  readonly isNext = new OnceTrue();
  /** The host has come to the first plugin of this event. */
  readonly hasBegun = new OnceTrue();
}

/** What is known of one plugin of the run. */
export class RunningPlugin {
  readonly #ended = Promise.withResolvers<PluginEnd>();
  #endedAs: PluginEnd | undefined;
  /** Its output so far. The host bounds this too, but the daemon does not rely on that. */
  readonly output = new OutputCap(entryOutputBytesMax + notesBytes);

  /** How the plugin ended, if it has. */
  get endedAs(): PluginEnd | undefined {
    return this.#endedAs;
  }

  /** Settles with how the plugin ended. */
  get ended(): Promise<PluginEnd> {
    return this.#ended.promise;
  }

  /** Adds a line that the daemon says. If the output stops in the middle of a line, that line is ended first. */
  say(line: string): void {
    const isCut = ![undefined, newline].includes(this.output.output().at(-1));
    this.output.add(Buffer.from(`${isCut ? '\n' : ''}${line}\n`));
  }

  /** Notes the end of the plugin. */
  end(end: PluginEnd): void {
    this.#endedAs ??= end;
    this.#ended.resolve(end);
  }
}

const newline = 0x0a;

/** Room for what the daemon adds to a plugin's output: that it was cut, that its time was up, how its host ended. */
const notesBytes = 8 * 1024;
