import { closeSync, constants, openSync, readlinkSync, statSync } from 'node:fs';
import { loadLibc } from '../process/libc.ts';
import { readProcEntry } from '../process/proc-table.ts';
import { readProcFile } from '../process/read-proc-file.ts';

/** A process of bin/ctdb-hook that hands its event over. */
export interface Caller {
  readonly pid: number;
  /** The path by which it was called, and the words after it. */
  readonly calledAs: string;
  readonly words: readonly string[];
  /** Its environment as /proc has it: strings, each with a NUL behind it, as bytes (latin1). */
  readonly environment: string;
  readonly workingDirectory: string;
  /** The process that has called it: ctdbd's event daemon. */
  readonly parent: number;
}

/** The variable in which an older starter says by which name it was called. */
const calledAs = /(?:^|\0)CTDB_HOOK_CALLED_AS=([^\0]*)/;

/**
 * Finds out what a process of bin/ctdb-hook was called for.
 *
 * @throws the error of reading below /proc, as when the process has ended.
 */
export function readCaller(pid: number): Caller {
  const [, program = '', ...words] = utf8Of(readProcFile(`/proc/${pid}/cmdline`))
    .split('\0')
    .slice(0, -1);
  const environment = readProcFile(`/proc/${pid}/environ`);
  const name = calledAs.exec(environment)?.[1];
  return {
    pid,
    calledAs: name === undefined ? program : utf8Of(name),
    words,
    environment,
    workingDirectory: readlinkSync(`/proc/${pid}/cwd`),
    parent: readProcEntry(pid)?.parent ?? 0,
  };
}

const utf8Of = (bytes: string): string => Buffer.from(bytes, 'latin1').toString();

/** The numbers of the system calls, on x64 and arm64 alike: pidfd_open(2), pidfd_getfd(2). */
const SYS_pidfd_open = 434;
const SYS_pidfd_getfd = 438;

/** Where bin/ctdb-hook has its standard output while it hands an event over. */
const outputFd = 6;

/**
 * Opens the very standard output that a process has, be it a pipe, a socket, a file or a terminal. Where the kernel does not
 * have that (before 5.6) or refuses, only a pipe can be opened.
 *
 * @throws an error if it cannot be opened, or the process has ended.
 */
export async function openStandardOutput(pid: number): Promise<number> {
  const libc = await loadLibc();
  try {
    const process = libc.call('syscall', SYS_pidfd_open, pid, 0, 0);
    try {
      return libc.call('syscall', SYS_pidfd_getfd, process, outputFd, 0);
    } finally {
      closeSync(process);
    }
  } catch (error) {
    const path = `/proc/${pid}/fd/${outputFd}`;
    if (!statSync(path).isFIFO()) throw error;
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  }
}
