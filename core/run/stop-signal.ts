import { remainingMs, type Deadline } from '../process/deadline.ts';

/** Why an entry was told to stop before it was done. */
export type StopCause = 'timed-out' | 'cancelled';

/** Tells one entry to stop: when its time is up, or when the event is cancelled, whichever is first. */
export class StopSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #stopped = Promise.withResolvers<StopCause>();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #outer: AbortSignal;

  constructor(deadline: Deadline, outer: AbortSignal) {
    this.#outer = outer;
    const timeMs = remainingMs(deadline);
    if (timeMs <= timerMsMax) {
      this.#timer = setTimeout(() => {
        this.#stop('timed-out');
      }, timeMs);
    }
    outer.addEventListener('abort', this.#cancel);
    if (outer.aborted) this.#cancel();
  }

  /** Aborted once the entry is to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles when, and only if, the entry is to stop. */
  get stopped(): Promise<StopCause> {
    return this.#stopped.promise;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = (): void => {
    this.#stop('cancelled');
  };

  #stop(cause: StopCause): void {
    this.#stopped.resolve(cause);
    this.#controller.abort(
      new Error(cause === 'cancelled' ? 'the event was cancelled' : 'the time of the event is up'),
    );
  }
}

/** The longest timer of Node, 24.8 days: what is given more has no limit. */
const timerMsMax = 2 ** 31 - 1;
