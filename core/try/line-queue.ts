import { soon } from './deadline.ts';

/** Lines that somebody says, in order, until they are taken. */
export class LineQueue {
  readonly #lines: string[] = [];
  #came = Promise.withResolvers<undefined>();

  /** Adds a line. */
  add(line: string): void {
    this.#lines.push(line);
    this.#came.resolve(undefined);
  }

  /** Takes the next line, which ought to come at once, or in this time. @throws Error, naming what it would be, if it does not. */
  async next(what: string, withinMs?: number): Promise<string> {
    while (this.#lines.length === 0) {
      this.#came = Promise.withResolvers();
      await soon(what, this.#came.promise, withinMs);
    }
    return this.#lines.shift() ?? '';
  }
}
