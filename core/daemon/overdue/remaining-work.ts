import type { Entry } from '../../event-directory/entry.ts';

/** The work that remains after an entry was stopped: to end its processes, and to report what they were doing. */
export class RemainingWork {
  readonly #tasks: Promise<unknown>[] = [];
  readonly #told = Promise.withResolvers<undefined>();

  /**
   * Settles when the status of the event says how it ended. For a cancelled event it settles when it is clear that no
   * status will.
   */
  get told(): Promise<undefined> {
    return this.#told.promise;
  }

  /** Says that the status has it now. */
  tell(): void {
    this.#told.resolve(undefined);
  }

  /** Adds work. The next event waits until it is over, but not longer than `overMs`. */
  add(task: Promise<unknown>): void {
    this.#tasks.push(task.catch(() => undefined));
  }

  /** Settles when all of it is over. Never rejects. */
  get over(): Promise<unknown> {
    return Promise.all(this.#tasks);
  }
}

/** Receives what is found out about an entry after its outcome is known. */
export type Amend = (entry: Entry, addition: Buffer) => void;
