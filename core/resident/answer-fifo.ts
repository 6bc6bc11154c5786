import { closeSync, constants, openSync, readSync } from 'node:fs';
import { write } from '../links/output.ts';

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

/** The host's end of the FIFO from which links read. While the host lives, a link that reads waits; when it ends, the link knows. */
export class AnswerFifo {
  readonly #path: string;
  readonly #fd: number;

  /** @throws the error of open(2). */
  constructor(path: string) {
    this.#path = path;
    const reader = openSync(path, O_RDONLY | O_NONBLOCK); // Without a reader nobody can open it for writing.
    this.#fd = openSync(path, O_WRONLY | O_NONBLOCK);
    closeSync(reader);
  }

  /** Says a line to the link that has the lock. If it has ended, that is no error. */
  say(line: string): void {
    write(this.#fd, `${line}\n`);
  }

  /** Removes what a link that has ended has not read. */
  drain(): void {
    const reader = openSync(this.#path, O_RDONLY | O_NONBLOCK);
    const rest = Buffer.alloc(4096);
    try {
      while (readSync(reader, rest) > 0);
    } catch {
      // Nothing is there (EAGAIN).
    } finally {
      closeSync(reader);
    }
  }
}
