import type { FromHost, PluginEnd } from '../../plugin-host/messages.ts';
import type { StopCause } from '../../process/stop-signal.ts';
import { OutputCap } from '../../process/output-cap.ts';
import { entryOutputBytesMax } from '../../run/entry-output.ts';
import type { HostEnded } from './host-ended.ts';

/** What a host says of a run. */
type OfRun = Extract<FromHost, { readonly run: number }>;

/** How many plugins a host runs, and at how many events. */
export interface RunSize {
  readonly plugins: number;
  readonly events: number;
}

/** Plugins that a host runs at one event, or at those of a burst, one after another. */
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

  /** Whether it has come to the plugin of this index, which it does when the one before has ended. */
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

  /** Settles when the host has heard that it is to give the run up, or has ended. */
  get stopping(): Promise<unknown> {
    return Promise.race([this.#stopping.promise, this.#hostEnded.promise]);
  }

  /** Settles with how the host ended, if it does. */
  get hostEnded(): Promise<HostEnded> {
    return this.#hostEnded.promise;
  }

  /**
   * Takes notice of the end of the host. Not by a promise of the host's: that would keep all that ever waited for it for as
   * long as the host lives.
   */
  endHost(ended: HostEnded): void {
    this.#hostEnded.resolve(ended);
  }

  /** Tells the host to give it up. */
  stop(cause: StopCause): void {
    this.#stop(cause);
  }

  /** Whether it was not known that an event of this run has begun. */
  isNews({ run, event }: { readonly run: number; readonly event: number }): boolean {
    return run === this.#run && event < this.#size.events && !this.event(event).hasBegun.is;
  }

  /** Takes notice of what the host says; of another run it is stale. */
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

/** Something that comes true, and stays so. */
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
  /** It has nothing else to do first. */
  readonly isNext = new OnceTrue();
  /** It has come to the first plugin. */
  readonly hasBegun = new OnceTrue();
}

/** What is known of one of them. */
export class RunningPlugin {
  readonly #ended = Promise.withResolvers<PluginEnd>();
  #endedAs: PluginEnd | undefined;
  /** What it has said so far. The host bounds that already, and is not relied upon. */
  readonly output = new OutputCap(entryOutputBytesMax + notesBytes);

  /** How it ended, if it has. */
  get endedAs(): PluginEnd | undefined {
    return this.#endedAs;
  }

  /** How it ended, when it has. */
  get ended(): Promise<PluginEnd> {
    return this.#ended.promise;
  }

  /** Adds a line of the daemon's own: what was cut off in the middle of one ends before it. */
  say(line: string): void {
    const isCut = ![undefined, newline].includes(this.output.output().at(-1));
    this.output.add(Buffer.from(`${isCut ? '\n' : ''}${line}\n`));
  }

  /** Takes notice of its end. */
  end(end: PluginEnd): void {
    this.#endedAs ??= end;
    this.#ended.resolve(end);
  }
}

const newline = 0x0a;

/** Room for what is said of a plugin beside its output: that it was cut, that its time was up, how its host ended. */
const notesBytes = 8 * 1024;
