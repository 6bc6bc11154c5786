import { settlesWithin } from '../../process/settles-within.ts';

/**
 * How long the release of a primary address waits for others to come, in milliseconds, counted from the last one that came.
 * ctdbd asks for all addresses that move within about ten.
 */
const othersMs = 50;

/**
 * How long no release waits after one has waited in vain, in milliseconds: ctdbd releases one address after another when it
 * shuts down.
 */
const aloneMs = 2_000;

/** Lets a release wait for others, if it is better done after them. */
export class ReleaseDelay {
  /** Ends the wait for the next release. */
  #onNews: (() => void) | undefined;
  /** When the last release was asked for, and when the last one began that others could follow. */
  #lastAskedMs = -Infinity;
  #lastBegunMs = -Infinity;
  /** Until this time no release waits. */
  #aloneUntilMs = -Infinity;

  /** Whether other releases may come. */
  get isExpected(): boolean {
    return performance.now() >= this.#aloneUntilMs;
  }

  /** Notes that a release was asked for. */
  noteAsked(): void {
    this.#lastAskedMs = performance.now();
  }

  /** Notes that a release begins that others could follow. */
  noteBegun(): void {
    this.#lastBegunMs = performance.now();
  }

  /** Has the wait checked again, because something has changed. */
  wake(): void {
    this.#onNews?.();
  }

  /** Waits while the release is alone, but no longer than it takes until no more are expected. */
  async wait(isAlone: () => boolean): Promise<void> {
    while (isAlone()) {
      const leftMs = this.#lastAskedMs + othersMs - performance.now();
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
