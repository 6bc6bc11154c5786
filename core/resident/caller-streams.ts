import { closeSync, constants, openSync, statSync } from 'node:fs';
import { type Libc, loadLibc } from '../process/libc.ts';

/** The numbers of the system calls, on x64 and arm64 alike: pidfd_open(2), pidfd_getfd(2). */
const SYS_pidfd_open = 434;
const SYS_pidfd_getfd = 438;

/** Where bin/ctdb-hook has its standard output and error while it hands an event over, and what they become here. */
const streams = [
  { theirs: 6, ours: 1 },
  { theirs: 7, ours: 2 },
] as const;

/**
 * The standard output and error of this process. While it runs the event of another process they are that one's, so that all
 * that plugins do with them has the same effect as there. Between events they lead nowhere.
 */
export class CallerStreams {
  readonly #libc: Libc;
  readonly #nowhere = openSync('/dev/null', 'r+');

  private constructor(libc: Libc) {
    this.#libc = libc;
  }

  static async load(): Promise<CallerStreams> {
    return new CallerStreams(await loadLibc());
  }

  /**
   * Takes those of a process of bin/ctdb-hook, be they pipes, sockets, files or a terminal. Where the kernel does not have that
   * (before 5.6) or refuses, only pipes can be opened.
   *
   * @throws an error if one cannot be opened, or the process has ended.
   */
  take(pid: number): void {
    const opened: number[] = [];
    try {
      for (const { theirs } of streams) opened.push(this.#open(pid, theirs));
      for (const [index, { ours }] of streams.entries()) this.#libc.call('dup2', opened[index] ?? -1, ours);
    } finally {
      opened.forEach(closeSync);
    }
  }

  /** Lets go of them. */
  giveBack(): void {
    for (const { ours } of streams) this.#libc.call('dup2', this.#nowhere, ours);
  }

  #open(pid: number, fd: number): number {
    try {
      const process = this.#libc.call('syscall', SYS_pidfd_open, pid, 0, 0, 0);
      try {
        return this.#libc.call('syscall', SYS_pidfd_getfd, process, fd, 0, 0);
      } finally {
        closeSync(process);
      }
    } catch (error) {
      const path = `/proc/${pid}/fd/${fd}`;
      if (!statSync(path).isFIFO()) throw error;
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    }
  }
}
