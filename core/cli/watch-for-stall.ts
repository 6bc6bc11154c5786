import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { programRoot } from '../package/package-root.ts';
import type { StallThreadStart } from './stall-thread.ts';

/** How often the main thread shows that it comes back, in milliseconds. */
const beatMs = 250;

/** Has a thread end this process if a plugin is in a loop: nothing else in it could. */
export function watchForStall(): void {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  const workerData: StallThreadStart = { beats };
  const thread = new Worker(join(programRoot, 'dist', 'stall-thread.js'), { workerData });
  thread.unref();
  thread.on('error', () => undefined); // Nothing is watched then.
  setInterval(() => Atomics.add(counter, 0, 1), beatMs).unref();
}
