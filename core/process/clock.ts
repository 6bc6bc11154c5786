import { setTimeout as delay } from 'node:timers/promises';

/** What tells the time and waits. */
export interface Clock {
  /** Milliseconds since 1970 by the time of day, as `Date.now()`. */
  readonly now: () => number;
  /** Milliseconds since some moment, the same for all processes of this boot. No correction of the time of day changes this clock. */
  readonly monotonicMs: () => number;
  /** Settles after this time, in milliseconds. Rejects with the signal's reason as soon as that is aborted. */
  readonly sleep: (timeMs: number, signal?: AbortSignal) => Promise<void>;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  async sleep(timeMs, signal) {
    signal?.throwIfAborted();
    try {
      await delay(timeMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted(); // Node has an error of its own for it.
      throw error;
    }
  },
};
