import { writeSync } from 'node:fs';

/** Longest wait for a reader that does not read, in milliseconds; what is left then is lost. */
const writeTimeoutMs = 5_000;

/**
 * Writes to standard output at once, so that what was said before this process is killed is not lost. A reader that
 * has gone away is no error: the event goes on.
 */
export function say(chunk: Buffer | string): void {
  let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  for (let waitedMs = 0; rest.length > 0 && waitedMs < writeTimeoutMs;) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      waitedMs += 10;
    }
  }
}

/** Writes a line to standard output. */
export function sayLine(line: string): void {
  say(`${line}\n`);
}
