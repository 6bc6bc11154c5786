import { writeSync } from 'node:fs';

/** Longest wait for a reader that does not read, in milliseconds. Output that is left then is lost. */
const writeTimeoutMs = 5_000;

/**
 * Writes to standard output at once, so that no output is lost if this process is killed later. If the reader has gone
 * away, that is no error: the event goes on.
 */
export function say(chunk: Buffer | string): void {
  write(1, chunk);
}

/** Writes a line to standard output. */
export function sayLine(line: string): void {
  say(`${line}\n`);
}

/** Writes a line to standard error. */
export function warn(line: string): void {
  write(2, `${line}\n`);
}

/** Writes all of it at once to a descriptor, as `say` does. */
export function write(fd: number, chunk: Buffer | string): void {
  let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  for (let waitedMs = 0; rest.length > 0 && waitedMs < writeTimeoutMs;) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      waitedMs += 10;
    }
  }
}
