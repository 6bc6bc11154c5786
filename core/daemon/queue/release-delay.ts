import { settlesWithin } from '../../process/settles-within.ts';

/**
 * How long the release of a primary address waits for others to come, in milliseconds, from the last: ctdbd asks for all that
 * move within some ten.
 */
const companyMs = 50;

/** How long after one that waited in vain none does, in milliseconds: ctdbd releases one after another when it shuts down. */
const aloneMs = 2_000;

/** The wait of a release that is better done after others, for these to come. */
export class ReleaseDelay {
  /** Ends what waits for the next one. */
  #onNews: (() => void) | undefined;
  /** When a release was asked for last, and when one that others could follow was begun last. */
  #lastAskedMs = -Infinity;
  #lastBegunMs = -Infinity;
  /** Until then none waits. */
  #aloneUntilMs = -Infinity;

  /** Whether others may come. */
  get isExpected(): boolean {
    return performance.now() >= this.#aloneUntilMs;
  }

  /** Takes notice that a release was asked for. */
  noteAsked(): void {
    this.#lastAskedMs = performance.now();
  }

  /** Takes notice that a release is begun that others could follow. */
  noteBegun(): void {
    this.#lastBegunMs = performance.now();
  }

  /** Has it looked again whether the wait is over: something has changed. */
  wake(): void {
    this.#onNews?.();
  }

  /** Waits until others have come, or have come and no more do, or none does. */
  async wait(isAlone: () => boolean): Promise<void> {
    while (isAlone()) {
      const leftMs = this.#lastAskedMs + companyMs - performance.now();
      if (leftMs <= 0) return;
      if (await this.#hasNewsWithin(leftMs)) continue;
      const nowMs = performance.now();
      if (nowMs - this.#lastBegunMs > aloneMs) this.#aloneUntilMs = nowMs + aloneMs;
    }
  }

  async #hasNewsWithin(timeMs: number): Promise<boolean> {
    const news = Promise.withResolvers<undefined>();
    this.#onNews = () => {
      news.resolve(undefined);
    };
    const has = await settlesWithin(news.promise, Math.ceil(timeMs));
    this.#onNews = undefined;
    return has;
  }
}
