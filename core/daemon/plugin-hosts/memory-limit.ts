import { readFileSync } from 'node:fs';
import { untilTickMs } from '../../process/common-tick.ts';

/** Memory of a host at which it is ended, in bytes: a plugin that eats more would take the node's services along. */
const residentBytesMax = 1024 * 1024 * 1024;

/**
 * How often that is looked at, in milliseconds: while a plugin is loaded or an event goes on, and between events, when only
 * timers and samples of plugins run.
 */
const pollMs = { atWork: 500, atRest: 5_000 } as const;

/** Looks at the memory of a process from its first work until disposed, and says why it has to be ended if it takes too much. */
export class MemoryLimit implements Disposable {
  readonly #pid: number;
  readonly #isAtWork: () => boolean;
  readonly #onExceeded: (why: string) => void;
  #timer: NodeJS.Timeout | undefined;
  /** When it is looked at next, on the monotonic clock. */
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

/** The second number of statm is resident pages, of 4 KiB on x64 and, as Debian and Fedora build it, on arm64. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
