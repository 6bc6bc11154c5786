/**
 * The thread beside `ctdb-hook simulate` that ends the process when a plugin does not come back: it says where that is first. In a
 * simulation no real time passes while a plugin waits, so one that takes long is in a loop.
 */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { findMainStack } from '../process/find-main-stack.ts';

/** What the thread is started with. */
export interface StallThreadStart {
  /** One whole number, which grows while the main thread comes back. */
  readonly beats: SharedArrayBuffer;
}

/** For how long the main thread need not come back, in milliseconds, on a machine that is busy with other things. */
const stalledMs = 15_000;

/** How often that is looked at, in milliseconds. */
const lookMs = 500;

/** How long the main thread may take to stop at a line, in milliseconds. */
const pauseMs = 3_000;

const { beats } = workerData as StallThreadStart;
const counter = new Int32Array(beats);
let seen = -1;
let sinceMs = performance.now();
const timer = setInterval(() => {
  const now = Atomics.load(counter, 0);
  if (now !== seen) {
    seen = now;
    sinceMs = performance.now();
  } else if (performance.now() - sinceMs > stalledMs) {
    clearInterval(timer);
    void end();
  }
}, lookMs);

async function end(): Promise<void> {
  const stack = await findMainStack(pauseMs);
  writeSync(
    2,
    `ctdb-hook: simulate: a plugin did not come back within ${stalledMs / 1000} s\n  it was running\n${stack.replace(/^/gm, '    ')}\n`,
  );
  process.kill(process.pid, 'SIGKILL');
}
