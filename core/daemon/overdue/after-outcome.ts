import type { Entry } from '../../event-directory/entry.ts';

/** What is to be seen to after an entry was given up: its processes ended, what they were doing told. */
export class AfterOutcome {
  readonly #tasks: Promise<unknown>[] = [];

  /** Adds work that must be over before the next event begins, as far as that waits. */
  add(task: Promise<unknown>): void {
    this.#tasks.push(task.catch(() => undefined));
  }

  /** Settles when all of it is over. Never rejects. */
  get over(): Promise<unknown> {
    return Promise.all(this.#tasks);
  }
}

/** Gets what is found out of an entry after its outcome was told. */
export type Amend = (entry: Entry, addition: Buffer) => void;
