import type { Clock } from '../../process/clock.ts';

/** When the time of a test begins: 2026-01-01, 00:00 UTC. */
const beginsAt = Date.UTC(2026, 0, 1);

/** How long something that is no part of the fake world is waited for, such as a real file, in milliseconds of real time. */
const patienceMs = 250;

/** How long work of the test's may take, such as a function that answers for a command, in milliseconds of real time. */
const workMs = 2000;

/** Real time, kept before anybody replaces it. */
const realDelay = globalThis.setTimeout;
const realClear = globalThis.clearTimeout;
const realTurn = globalThis.setImmediate;
const realNow = performance.now.bind(performance);

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly fire: () => void;
  /** A limit, such as a deadline: what is waited for will hardly be its end. */
  readonly isLimit: boolean;
}

/**
 * The clock of a test. While work goes on that is driven (`drive`), its time goes on by leaps: whenever nothing can run but what
 * waits for the clock, it is set to the next timer. Otherwise it stands still, until `advance`. Any number of nodes may share one.
 */
export class VirtualClock implements Clock {
  #elapsedMs = 0;
  #orders = 0;
  #driven = 0;
  #stuck = 0;
  #isPumping = false;
  #activity = 0;
  readonly #busy = new Set<Promise<unknown>>();
  readonly #timers: Timer[] = [];

  readonly now = (): number => beginsAt + this.#elapsedMs;

  readonly monotonicMs = (): number => this.#elapsedMs;

  /** How many milliseconds the clock has gone since it was made. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  readonly sleep = (timeMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(asError(signal.reason));
        return;
      }
      const abort = (): void => {
        cancel();
        reject(asError(signal?.reason));
      };
      const cancel = this.schedule(timeMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });

  /** Waits without end, or until the signal is aborted: for what hangs because the test says so. */
  hang(signal: AbortSignal): Promise<never> {
    this.noteActivity();
    this.#stuck += 1;
    return new Promise((_resolve, reject) => {
      const abort = (): void => {
        this.#stuck -= 1;
        reject(asError(signal.reason));
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Calls `work` after this time, in milliseconds. Answers how it is cancelled. */
  schedule(timeMs: number, work: () => void, { isLimit = false } = {}): () => void {
    this.noteActivity();
    const timer: Timer = {
      atMs: this.#elapsedMs + Math.max(0, timeMs),
      order: this.#orders++,
      fire: work,
      isLimit,
    };
    if (timer.atMs === Infinity) return () => undefined;
    const at = this.#timers.findIndex((other) => isBefore(timer, other));
    this.#timers.splice(at === -1 ? this.#timers.length : at, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  /** The clock stands still until this work of the test's is done. */
  async whileBusy<T>(work: Promise<T>): Promise<T> {
    this.noteActivity();
    this.#busy.add(work);
    try {
      return await work;
    } finally {
      this.#busy.delete(work);
      this.noteActivity();
    }
  }

  /** Something in the fake world happened: what waits for nothing but the clock is not alone. */
  noteActivity(): void {
    this.#activity += 1;
  }

  /** Has the clock go on by leaps until this has settled. */
  async drive<T>(work: Promise<T>): Promise<T> {
    this.#driven += 1;
    if (!this.#isPumping) void this.#pump();
    try {
      return await work;
    } finally {
      this.#driven -= 1;
    }
  }

  /** Puts the clock forward, and lets everything happen that is due until then, in its order. */
  async advance(timeMs: number): Promise<void> {
    const until = this.#elapsedMs + timeMs;
    await turn();
    for (let next = this.#timers[0]; next !== undefined && next.atMs <= until; next = this.#timers[0]) {
      this.#fire(next);
      await turn();
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, until);
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    try {
      while (this.#driven > 0) {
        const before = this.#activity;
        await turn();
        if (this.#driven === 0 || this.#activity !== before) continue;
        if (this.#busy.size === 0 || !(await this.#isDoneInTime())) await this.#leap();
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /** Whether work of the test's was done, within `workMs` of real time. One that waits for the clock never would be. */
  async #isDoneInTime(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = realDelay(late.resolve, workMs, false);
    const done = Promise.race([...this.#busy].map(settled)).then(() => true);
    const isDone = await Promise.race([done, late.promise]);
    realClear(timer);
    return isDone;
  }

  async #leap(): Promise<void> {
    const [next] = this.#timers;
    // A handler that waits for neither the fake world nor the clock waits for something real, or for nothing.
    const isForeign = this.#stuck === 0 && this.#timers.every(({ isLimit }) => isLimit);
    if (isForeign && (await this.#hasGoneOn())) return;
    if (next !== undefined && this.#timers[0] === next) this.#fire(next);
  }

  /** Whether anything went on within `patienceMs` of real time. */
  async #hasGoneOn(): Promise<boolean> {
    const before = this.#activity;
    const beganMs = realNow();
    while (realNow() - beganMs < patienceMs) {
      await new Promise((resolve) => realDelay(resolve, 1));
      if (this.#driven === 0 || this.#activity !== before) return true;
    }
    return false;
  }

  #fire(timer: Timer): void {
    this.#timers.splice(this.#timers.indexOf(timer), 1);
    this.#elapsedMs = Math.max(this.#elapsedMs, timer.atMs);
    this.noteActivity();
    timer.fire();
  }
}

const isBefore = (one: Timer, other: Timer): boolean => one.atMs < other.atMs;

/** After everything that can go on without waiting. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    realTurn(resolve);
  });

const settled = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  );

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('the work was told to stop', { cause: reason });
