/**
 * The thread beside `ctdb-hook run` that says where a plugin is which keeps the process from looking at its time. It ends with the
 * process.
 */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { findMainStack } from '../process/find-main-stack.ts';

/** What the thread is started with. */
export interface LoopThreadStart {
  /** When it looks, in milliseconds from now. */
  readonly lookMs: number;
  readonly event: string;
  /** Where it speaks: the descriptor of the event's output. */
  readonly fd: number;
}

/** How long the main thread may take to stop at a line, in milliseconds: bin/ctdb-hook kills it five seconds after its time. */
const pauseMs = 3_000;

const { lookMs, event, fd } = workerData as LoopThreadStart;
let plugin = '';
parentPort?.on('message', (name: string) => (plugin = name));
parentPort?.unref();
setTimeout(() => {
  void findMainStack(pauseMs).then((stack) => {
    if (plugin === '' || stack === '') return;
    writeSync(
      fd,
      `ERROR: ${plugin} was still busy with ${event} when its time was up\n  it was running\n${stack.replace(/^/gm, '    ')}\n`,
    );
  });
}, lookMs);
