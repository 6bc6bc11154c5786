import { remainingMs, type Deadline } from './deadline.ts';

/** Why something was told to stop before it was done. */
export type StopCause = 'timed-out' | 'cancelled';

/** Tells to stop, once: when the time is up, or when an outer signal comes, whichever is first. */
export class StopSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #stopped = Promise.withResolvers<StopCause>();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #outer: AbortSignal | undefined;

  constructor(deadline: Deadline, outer?: AbortSignal) {
    this.#outer = outer;
    const timeMs = remainingMs(deadline);
    if (timeMs <= timerMsMax) {
      this.#timer = setTimeout(() => {
        this.#stop('timed-out');
      }, timeMs);
    }
    outer?.addEventListener('abort', this.#cancel);
    if (outer?.aborted === true) this.#cancel();
  }

  /** Aborted when it is time to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles when, and only if, it is time to stop. */
  get stopped(): Promise<StopCause> {
    return this.#stopped.promise;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#cancel);
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
