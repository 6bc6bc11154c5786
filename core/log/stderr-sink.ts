import type { Sink } from './sink.ts';
import { writeAll } from './write-all.ts';

/** Writes lines to the descriptor of stderr, which it leaves open. */
export class StderrSink implements Sink {
  readonly name = 'stderr';
  readonly #descriptor = 2;

  send(lines: readonly Buffer[]): Promise<void> {
    return writeAll(this.#descriptor, lines);
  }

  reopen(): void {
    // It has no name to open again.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
