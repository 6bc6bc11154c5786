import { readlinkSync } from 'node:fs';
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
