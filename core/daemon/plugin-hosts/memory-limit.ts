import { readFileSync } from 'node:fs';
import { untilTickMs } from '../../process/common-tick.ts';

/** A host is ended at this much memory, in bytes. A plugin that takes more would harm the services of the node. */
const residentBytesMax = 1024 * 1024 * 1024;

/**
 * How often the memory is looked at, in milliseconds: while a plugin is loaded or an event runs, and between events, when
 * only timers and samples of plugins run.
 */
const pollMs = { atWork: 500, atRest: 5_000 } as const;

/**
 * Looks at the memory of a process from its first work until disposed. If it is too much, it says why the process has to
 * end.
 */
export class MemoryLimit implements Disposable {
  readonly #pid: number;
  readonly #isAtWork: () => boolean;
  readonly #onExceeded: (why: string) => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the next look is due, on the monotonic clock. */
  #dueMs = Infinity;

  constructor(pid: number, isAtWork: () => boolean, onExceeded: (why: string) => void) {
    this.#pid = pid;
    this.#isAtWork = isAtWork;
    this.#onExceeded = onExceeded;
  }

  /** The process gets work to do. */
  beginWork(): void {
    this.#lookWithin(pollMs.atWork);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#dueMs = -Infinity;
  }

  #lookWithin(timeMs: number): void {
    const dueMs = performance.now() + timeMs;
    if (this.#dueMs <= dueMs) return;
    this.#dueMs = dueMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#dueMs = Infinity;
      this.#look();
      this.#lookWithin(this.#isAtWork() ? pollMs.atWork : untilTickMs(pollMs.atRest));
    }, timeMs).unref();
  }

  #look(): void {
    const bytes = residentBytes(this.#pid);
    if (bytes <= residentBytesMax) return;
    const [used, most] = [bytes, residentBytesMax].map((each) => Math.round(each / 2 ** 20));
    this.#onExceeded(`it used ${used ?? 0} MiB of memory, expected ${most ?? 0} at most`);
  }
}

/**
 * The resident memory. The second number of statm counts pages. They have 4 KiB on x64, and on arm64 as Debian and Fedora
 * build it.
 */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
