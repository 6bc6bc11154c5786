import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { programRoot } from '../package/package-root.ts';
import type { LoopThreadStart } from './loop-thread.ts';

/** After which time beyond the deadline a thread looks, in milliseconds: by then a plugin that can be stopped has been. */
const afterMs = 700;

/** Is told of each entry that begins. */
export interface LoopWatch {
  readonly runs: (plugin: string) => void;
}

/**
 * Has a thread say where a plugin is that is still running after its time. A loop without end leaves this process no moment to look
 * itself; it is killed from outside a little later. A thread takes as long to start as a tenth of Node: that is for people who run an
 * event by hand, not for links.
 *
 * @param timeMs how much time the event has; without a limit nobody looks
 */
export function watchForLoop(timeMs: number, { event, fd }: Omit<LoopThreadStart, 'lookMs'>): LoopWatch {
  if (timeMs === Infinity) return { runs: () => undefined };
  const workerData: LoopThreadStart = { lookMs: timeMs + afterMs, event, fd };
  const thread = new Worker(join(programRoot, 'dist', 'loop-thread.js'), { workerData });
  thread.unref();
  thread.on('error', () => undefined); // Nothing is said then.
  return {
    runs: (plugin) => {
      thread.postMessage(plugin);
    },
  };
}
