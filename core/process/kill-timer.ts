import { type Libc, loadLibc } from './libc.ts';

/** The numbers of timer_create(2) and timer_settime(2). glibc has had functions for them in its main library only since 2.34. */
const numbers = {
  x64: { create: 222, set: 223 },
  arm64: { create: 107, set: 110 },
};

/** From <time.h> and <signal.h> of Linux. */
const CLOCK_MONOTONIC = 1;
const SIGKILL = 9;

/**
 * A timer of the kernel that kills this process. Unlike the SIGALRM of alarm(2), its SIGKILL also ends a process that is stopped, or
 * whose threads are all blocked.
 */
export class KillTimer {
  readonly #libc: Libc;
  readonly #number = process.arch === 'arm64' ? numbers.arm64 : numbers.x64;
  readonly #timer: number;
  /** A struct itimerspec: the interval, which stays 0, and the time until it fires, each in seconds and nanoseconds. */
  readonly #times = Buffer.alloc(32);

  private constructor(libc: Libc) {
    this.#libc = libc;
    const event = Buffer.alloc(64); // A struct sigevent. Its kind 0 is SIGEV_SIGNAL.
    event.writeInt32LE(SIGKILL, 8);
    const timer = Buffer.alloc(4);
    const [eventAt, timerAt] = [libc.addressOf(event), libc.addressOf(timer)];
    libc.call('syscall', this.#number.create, CLOCK_MONOTONIC, eventAt, timerAt, 0);
    this.#timer = timer.readInt32LE();
  }

  /** @throws an error where there are no such timers. */
  static async load(): Promise<KillTimer> {
    return new KillTimer(await loadLibc());
  }

  /** Kills this process in so many seconds from now, in place of what was set before; 0: not at all. */
  set(seconds: number): void {
    this.#times.writeBigInt64LE(BigInt(seconds), 16);
    this.#libc.call('syscall', this.#number.set, this.#timer, 0, this.#libc.addressOf(this.#times), 0);
  }
}
