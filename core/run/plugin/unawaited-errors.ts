import { AsyncLocalStorage } from 'node:async_hooks';
import { loadedFiles } from '../../plugin-loading/module-hooks.ts';
import { lineIn } from '../../plugin-loading/line-in-stack.ts';
import { describeError } from '../describe-error.ts';

/**
 * Errors that nobody awaits, in a timer or a promise: they would end the process, and every other entry with it.
 *
 * While a plugin runs, such an error fails that plugin. An error that comes later is reported, and nothing fails.
 */
export class UnawaitedErrors {
  readonly #report: (message: string) => void;
  #now: WatchedCall | undefined;

  constructor(report: (message: string) => void) {
    this.#report = report;
    process.on('uncaughtException', this.#onError);
    process.on('unhandledRejection', this.#onError);
  }

  /** Does the work of a plugin, and answers its result. It fails at the first error of the plugin that nobody awaits. */
  async during<T>(plugin: string, work: () => Promise<T>): Promise<T> {
    const failed = Promise.withResolvers<never>();
    const during = { plugin, fail: failed.reject };
    this.#now = during;
    try {
      return await origin.run(during, () => Promise.race([failed.promise, work()]));
    } finally {
      if (this.#now === during) this.#now = undefined;
    }
  }

  readonly #onError = (error: unknown): void => {
    const source = origin.getStore();
    // A timer that another plugin left behind must not fail the one that runs now.
    if (this.#now !== undefined && (source === undefined || source === this.#now)) this.#now.fail(error);
    else
      this.#report(
        `WARNING: ${source?.plugin ?? 'a plugin'}, after it had ended: ${describeError(error, fileOf(error))}`,
      );
  };
}

/** One call of a plugin, and how it fails. */
interface WatchedCall {
  readonly plugin: string;
  readonly fail: (error: unknown) => void;
}

/** Knows in every callback which call it came from. */
const origin = new AsyncLocalStorage<WatchedCall>();

/** The plugin's file in which the error came up. */
function fileOf(error: unknown): string | undefined {
  return [...loadedFiles().keys()].find((file) => lineIn(file, error) !== undefined);
}
