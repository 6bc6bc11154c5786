import { loadedFiles } from '../plugin/module-hooks.ts';
import { lineIn } from '../plugin/stack.ts';
import { explain } from './explain.ts';

/**
 * Errors that nobody awaits, in a timer or a promise: they would end the process, and every other entry with it.
 *
 * While a plugin runs they fail that plugin. One that comes later is reported, and nothing fails.
 */
export class StrayErrors {
  readonly #report: (message: string) => void;
  #fail: ((error: unknown) => void) | undefined;

  constructor(report: (message: string) => void) {
    this.#report = report;
    process.on('uncaughtException', this.#onError);
    process.on('unhandledRejection', this.#onError);
  }

  /** What the work comes to, unless an error goes astray before. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const astray = Promise.withResolvers<never>();
    this.#fail = astray.reject;
    try {
      return await Promise.race([astray.promise, work()]);
    } finally {
      this.#fail = undefined;
    }
  }

  readonly #onError = (error: unknown): void => {
    if (this.#fail !== undefined) this.#fail(error);
    else this.#report(`WARNING: after a plugin had ended: ${explain(error, fileOf(error))}`);
  };
}

/** The plugin's file in which the error came up. */
function fileOf(error: unknown): string | undefined {
  return [...loadedFiles().keys()].find((file) => lineIn(file, error) !== undefined);
}
