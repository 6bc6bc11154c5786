import { readProcEntry } from '../../process/proc-table.ts';

/** How often the state of the process is looked at, in milliseconds. */
const pollMs = 100;

/** The unit of the times in /proc/PID/stat, in milliseconds: USER_HZ is 100 on x64 and arm64. */
const tickMs = 10;

/**
 * Waits for a process that should have done something, and calls `onStuck` when the process has had this much time without
 * doing it, in milliseconds. Time counts in which the process spins or waits in a system call: it is stuck then. Time does
 * not count in which it is stopped or gets no processor (T or R in /proc/PID/stat, and no processor time used), as on a
 * paused machine or in a throttled cgroup: it is starved then, and goes on when it can. Whoever uses this has a deadline as
 * well.
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

  /**
   * How much time the process has had in the last interval, at most the interval: this process may have been paused
   * meanwhile.
   */
  #hadMs(): number {
    const found = readProcEntry(this.#pid);
    if (found === undefined) return this.#pollMs;
    const before = this.#cpuTicks;
    this.#cpuTicks = found.cpuTicks;
    const isStarving = found.state === 'R' || found.state === 'T' || found.state === 't';
    // The use in the first interval is not known: a look before each event would cost every event.
    if (!isStarving || before === undefined) return this.#pollMs;
    return Math.min(this.#pollMs, (found.cpuTicks - before) * tickMs);
  }
}
