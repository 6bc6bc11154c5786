import { writeSync } from 'node:fs';

/** Longest wait for a reader that does not read, in milliseconds: it may be a slow line to another machine. */
const writeTimeoutMs = 300_000;

/** How long to wait before it is tried again, in milliseconds. */
const pauseMs = 10;

/**
 * Writes all of it to a descriptor.
 *
 * @throws the error of the system, such as EPIPE; EAGAIN after five minutes in which nobody reads.
 */
export function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  let waitedMs = 0;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at);
      waitedMs = 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waitedMs >= writeTimeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      waitedMs += pauseMs;
    }
  }
}
