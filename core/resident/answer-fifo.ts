import { constants, openSync, readSync } from 'node:fs';
import { write } from '../links/output.ts';

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

const rest = Buffer.allocUnsafeSlow(4096);

/** The host's end of the FIFO from which links read. While the host lives, a link that reads waits; when it ends, the link knows. */
export class AnswerFifo {
  readonly #writer: number;
  readonly #reader: number;

  /** @throws the error of open(2). */
  constructor(path: string) {
    this.#reader = openSync(path, O_RDONLY | O_NONBLOCK); // Without a reader nobody can open it for writing.
    this.#writer = openSync(path, O_WRONLY | O_NONBLOCK);
  }

  /** Says a line to the link that has the lock. If it has ended, that is no error. */
  say(line: string): void {
    write(this.#writer, `${line}\n`);
  }

  /** Removes what a link that has ended has not read. */
  drain(): void {
    try {
      while (readSync(this.#reader, rest) > 0);
    } catch {
      // Nothing is there (EAGAIN).
    }
  }
}
