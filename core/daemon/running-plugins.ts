import type { FromHost, PluginEnd } from '../host/messages.ts';
import type { StopCause } from '../process/stop-signal.ts';
import { OutputCap } from '../process/output-cap.ts';
import { outputBytesMax } from '../run/entry-output.ts';
import type { HostEnded } from './host-ended.ts';

/** What a host says of a run. */
type OfRun = Extract<FromHost, { readonly run: number }>;

/** Plugins that a host runs at one event, one after another. */
export class RunningPlugins {
  readonly #run: number;
  readonly #count: number;
  readonly #hostEnded = Promise.withResolvers<HostEnded>();
  readonly #stop: (cause: StopCause) => void;
  readonly #plugins = new Map<number, RunningPlugin>();
  readonly #began = Promise.withResolvers<undefined>();
  #hasBegun = false;
  readonly #stopping = Promise.withResolvers<undefined>();
  readonly #done = Promise.withResolvers<undefined>();

  /** The plugins are so many. */
  constructor(run: number, count: number, stop: (cause: StopCause) => void) {
    this.#run = run;
    this.#count = count;
    this.#stop = stop;
  }

  /** The plugin of this index. */
  plugin(index: number): RunningPlugin {
    const plugin = this.#plugins.get(index) ?? new RunningPlugin();
    this.#plugins.set(index, plugin);
    return plugin;
  }

  /** Whether the host has come to the first of them. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether it has come to the plugin of this index, which it does when the one before has ended. */
  hasBegunWith(index: number): boolean {
    return index === 0 ? this.#hasBegun : this.plugin(index - 1).endedAs !== undefined;
  }

  /** Settles when it has come to the first. */
  get began(): Promise<unknown> {
    return this.#began.promise;
  }

  /** Settles when nothing of the run goes on any more, or its host has ended. */
  get done(): Promise<unknown> {
    return Promise.race([this.#done.promise, this.#hostEnded.promise]);
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

  /** Takes notice of what the host says; of another run it is stale. */
  hear(message: OfRun): void {
    if (message.run !== this.#run) return;
    if ('index' in message && message.index >= this.#count) return;
    switch (message.kind) {
      case 'began':
        this.#hasBegun = true;
        this.#began.resolve(undefined);
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
        this.#done.resolve(undefined);
        return;
    }
  }
}

/** What is known of one of them. */
export class RunningPlugin {
  readonly #ended = Promise.withResolvers<PluginEnd>();
  #endedAs: PluginEnd | undefined;
  /** What it has said so far. The host bounds that already, and is not relied upon. */
  readonly output = new OutputCap(outputBytesMax + notesBytes);

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
