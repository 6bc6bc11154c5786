import { isPast, remainingMs, type Deadline } from './deadline.ts';

/** Why work was told to stop before it was done. */
export type StopCause = 'timed-out' | 'cancelled';

/** The reason of a signal to stop. An aborted signal with any other reason means `cancelled`. */
export class Stopped extends Error {
  override name = 'Stopped';
  readonly why: StopCause;

  constructor(why: StopCause) {
    super(why === 'cancelled' ? 'the event was cancelled' : 'the time of the event is up');
    this.why = why;
  }
}

/** Says once that it is time to stop: when the deadline has passed, or when an outer signal comes, whichever is first. */
export class StopSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #stopped = Promise.withResolvers<StopCause>();
  readonly #outer: AbortSignal | undefined;
  readonly #deadline: Deadline;
  #timer: NodeJS.Timeout | undefined;

  constructor(deadline: Deadline, outer?: AbortSignal) {
    this.#outer = outer;
    this.#deadline = deadline;
    deadlines.set(this.signal, deadline);
    const isOuterSooner = outer !== undefined && (deadlines.get(outer) ?? Infinity) <= deadline;
    if (!isOuterSooner) this.#setTimer();
    outer?.addEventListener('abort', this.#passOn);
    if (outer?.aborted === true) this.#passOn();
  }

  /** Aborted when it is time to stop, with `Stopped`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles when, and only if, it is time to stop. */
  get stopped(): Promise<StopCause> {
    return this.#stopped.promise;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#passOn);
  }

  /**
   * Sets the timer. Timers count whole milliseconds and fire up to two early. But when the stop is announced, the deadline
   * must have passed.
   */
  #setTimer(): void {
    const timeMs = remainingMs(this.#deadline);
    if (timeMs > timerMsMax) return;
    this.#timer = setTimeout(() => {
      if (isPast(this.#deadline)) this.#stop('timed-out');
      else this.#setTimer();
    }, Math.ceil(timeMs));
  }

  readonly #passOn = (): void => {
    const reason: unknown = this.#outer?.reason;
    this.#stop(reason instanceof Stopped ? reason.why : 'cancelled');
  };

  #stop(why: StopCause): void {
    this.#stopped.resolve(why);
    this.#controller.abort(new Stopped(why));
  }
}

/**
 * The deadlines of signals. If the outer signal stops no later than this one, this one needs no timer: to set one takes
 * longer than all the rest.
 */
const deadlines = new WeakMap<AbortSignal, Deadline>();

/** The longest timer of Node, 24.8 days. A longer time counts as no limit. */
const timerMsMax = 2 ** 31 - 1;
