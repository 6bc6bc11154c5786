import { HostEnded } from './host-ended.ts';
import { HostProcess } from './host-process.ts';
import type { HostProcessSettings } from './start-host.ts';

/** How long after a host was taken the next spare is started, in milliseconds. The event that needs the host goes first. */
const spareAfterMs = 200;

/** The first and the longest pause after a host that did not start, in milliseconds; it doubles each time. */
const backOffMs = { first: 100, longest: 10_000 } as const;

/** Keeps one plugin host ready beside the one that is in use. */
export class HostPool {
  readonly #settings: HostProcessSettings;
  readonly #onStart: () => void;
  #spare: HostProcess | undefined;
  #failures = 0;
  /** The network that was reported last. */
  #network: string | undefined;
  #lastFailure: { readonly why: HostEnded; readonly atMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** @param onStart is told of each host that is started */
  constructor(settings: HostProcessSettings, onStart: () => void) {
    this.#settings = settings;
    this.#onStart = onStart;
  }

  /** Starts the spare if there is none. */
  fill(afterMs = 0): void {
    if (this.#isStopped || this.#spare?.isAlive === true || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#startSpare();
      },
      Math.max(afterMs, this.#pauseLeftMs()),
    ).unref();
  }

  /** A host that is ready and is given to nobody else. Rejects with HostEnded if none can be started. */
  async take(): Promise<HostProcess> {
    const host = this.#takeSpare() ?? this.#startUnlessPaused();
    this.fill(spareAfterMs);
    await host.ready;
    return host;
  }

  /** Ends the spare, and starts no other. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#spare?.kill('the event daemon ends', 'INFO');
  }

  #takeSpare(): HostProcess | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare?.isAlive === true ? spare : undefined;
  }

  #startUnlessPaused(): HostProcess {
    if (this.#lastFailure !== undefined && this.#pauseLeftMs() > 0) throw this.#lastFailure.why;
    return this.#start();
  }

  #startSpare(): void {
    try {
      this.#spare ??= this.#start();
    } catch (error) {
      if (!(error instanceof HostEnded)) throw error;
      this.fill(); // It is tried again later; the failure was reported already.
    }
  }

  #start(): HostProcess {
    const host = this.#startProcess();
    this.#onStart();
    host.ready.then(
      (network) => {
        this.#failures = 0;
        this.#settings.report(`plugin host ${host.pid} has started`, 'INFO');
        this.#lastFailure = undefined;
        if (network !== this.#network) this.#settings.report(`plugins use the network: ${network}`, 'NOTICE');
        this.#network = network;
      },
      (why: unknown) => {
        if (why instanceof HostEnded) this.#failed(why);
      },
    );
    void host.ended.then(() => {
      if (this.#spare !== host) return;
      this.#spare = undefined;
      this.fill();
    });
    return host;
  }

  #startProcess(): HostProcess {
    try {
      return new HostProcess(this.#settings);
    } catch (error) {
      if (error instanceof HostEnded) this.#failed(error);
      throw error;
    }
  }

  #failed(why: HostEnded): void {
    if (this.#isStopped) return;
    this.#failures += 1;
    this.#lastFailure = { why, atMs: performance.now() };
    this.#settings.report(`${why.message}; the next try is in ${this.#pauseMs()} ms`);
  }

  #pauseMs(): number {
    return this.#failures === 0
      ? 0
      : Math.min(backOffMs.longest, backOffMs.first * 2 ** (this.#failures - 1));
  }

  #pauseLeftMs(): number {
    if (this.#lastFailure === undefined) return 0;
    return Math.max(0, this.#lastFailure.atMs + this.#pauseMs() - performance.now());
  }
}
