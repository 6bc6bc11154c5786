/** Errors that no handler awaits: they would end the process, and with it the event, without a word. */
export class StrayErrors implements Disposable {
  readonly #caught = Promise.withResolvers<never>();

  constructor() {
    this.#caught.promise.catch(() => undefined); // Whoever races it handles it; nobody need.
    process.on('uncaughtException', this.#onError);
    process.on('unhandledRejection', this.#onError);
  }

  /** Rejects with the first such error. */
  get caught(): Promise<never> {
    return this.#caught.promise;
  }

  [Symbol.dispose](): void {
    process.off('uncaughtException', this.#onError);
    process.off('unhandledRejection', this.#onError);
  }

  readonly #onError = (error: unknown): void => {
    this.#caught.reject(error instanceof Error ? error : new Error(String(error)));
  };
}
