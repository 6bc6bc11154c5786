import { readProcEntry } from '../../process/proc-table.ts';

/** How often it is looked at what the process is doing, in milliseconds. */
const pollMs = 100;

/** Of the times in /proc/PID/stat, in milliseconds: USER_HZ is 100 on x64 and arm64. */
const tickMs = 10;

/**
 * Waits for a process that should do something by now, and tells when it has had so much time, in milliseconds, without having
 * done it. Time counts in which it spins, or waits in a system call: then it is stuck. Time does not count in which it is
 * stopped or gets no processor (T or R in /proc/PID/stat, and no processor time used), as on a machine that was paused or in a
 * cgroup that is throttled: then it is starved, and goes on when it can. Whoever uses this has a deadline beside.
 */
export class StuckWatch implements Disposable {
  readonly #pid: number;
  readonly #onStuck: () => void;
  readonly #pollMs: number;
  #leftMs: number;
  #timer: NodeJS.Timeout;
  #cpuTicks: number | undefined;

  constructor(pid: number, timeoutMs: number, onStuck: () => void) {
    this.#pid = pid;
    this.#onStuck = onStuck;
    this.#leftMs = timeoutMs;
    this.#pollMs = Math.min(pollMs, timeoutMs);
    this.#timer = setTimeout(this.#look, this.#pollMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    this.#leftMs -= this.#hadMs();
    if (this.#leftMs <= 0) this.#onStuck();
    else this.#timer = setTimeout(this.#look, this.#pollMs);
  };

  /** How much of the last interval it has had. Never more than that: it may be this process that was paused meanwhile. */
  #hadMs(): number {
    const found = readProcEntry(this.#pid);
    if (found === undefined) return this.#pollMs;
    const before = this.#cpuTicks;
    this.#cpuTicks = found.cpuTicks;
    const isStarving = found.state === 'R' || found.state === 'T' || found.state === 't';
    // Of the first interval it is not known what was used: to look before each event would cost every one of them.
    if (!isStarving || before === undefined) return this.#pollMs;
    return Math.min(this.#pollMs, (found.cpuTicks - before) * tickMs);
  }
}
