import { closeSync, constants, openSync, statSync } from 'node:fs';
import { type Libc, loadLibc } from '../process/libc.ts';

/** The numbers of the system calls, on x64 and arm64 alike: pidfd_open(2), pidfd_getfd(2). */
const SYS_pidfd_open = 434;
const SYS_pidfd_getfd = 438;

/** From <fcntl.h>. */
const F_SETFL = 4;

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
    const process = this.#openProcess(pid);
    try {
      for (const { theirs } of streams) opened.push(this.#open(pid, process, theirs));
      for (const [index, { ours }] of streams.entries()) this.#libc.call('dup2', opened[index] ?? -1, ours);
    } finally {
      opened.forEach(closeSync);
      if (process !== undefined) closeSync(process);
    }
  }

  /** Lets go of them. */
  giveBack(): void {
    for (const { ours } of streams) this.#libc.call('dup2', this.#nowhere, ours);
  }

  #openProcess(pid: number): number | undefined {
    try {
      return this.#libc.call('syscall', SYS_pidfd_open, pid, 0, 0, 0);
    } catch {
      return undefined;
    }
  }

  #open(pid: number, process: number | undefined, fd: number): number {
    try {
      if (process !== undefined) return this.#libc.call('syscall', SYS_pidfd_getfd, process, fd, 0, 0);
    } catch {
      // Refused: only a pipe can be opened then.
    }
    const path = `/proc/${pid}/fd/${fd}`;
    if (!statSync(path).isFIFO()) throw new Error(`${path} is no pipe`);
    const opened = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK); // Its reader may be gone.
    this.#libc.call('fcntl', opened, F_SETFL, constants.O_WRONLY); // Programs expect that a write waits.
    return opened;
  }
}
