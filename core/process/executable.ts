import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { plainOrBytes } from '../text/bytes-as-text.ts';
import type { Environment } from './environment.ts';
import { errnoOf, ErrnoError } from './errno-error.ts';

/**
 * The file of a program: the name itself if it has a slash, else the first executable file in PATH of that environment, as
 * execvp(3) looks for it. Throws an `ErrnoError`: ENOENT, or EACCES if only files that are not executable were found.
 */
export function findProgram(name: string, environment: Environment): string {
  if (name.includes('/')) return name;
  const directories = (environment['PATH'] ?? defaultPath).split(':');
  const refusals = new Set<string>();
  for (const directory of directories) {
    const path = join(directory === '' ? '.' : directory, name);
    const refused = whyNotAccessible(path);
    if (refused === undefined) return path;
    refusals.add(refused);
  }
  throw new ErrnoError(`find ${name} in PATH`, refusals.has('EACCES') ? 'EACCES' : 'ENOENT');
}

/** Whether `findProgram` finds it. */
export function hasProgram(name: string, environment: Environment): boolean {
  try {
    findProgram(name, environment);
    return true;
  } catch {
    return false;
  }
}

/** The errno name with which execve would refuse a file; undefined if it would not. It knows `#!` and ELF. */
export function whyNotExecutable(path: string): string | undefined {
  return whyNotAccessible(path) ?? whyNotFormat(path);
}

/** The directories that execvp(3) of glibc searches without a PATH. */
const defaultPath = '/bin:/usr/bin';

function whyNotAccessible(path: string): string | undefined {
  return errnoOfCall(() => {
    const file = plainOrBytes(path);
    if (!statSync(file).isFile()) throw new ErrnoError(`execute ${path}`, 'EACCES');
    accessSync(file, constants.X_OK);
  });
}

function whyNotFormat(path: string): string | undefined {
  return errnoOfCall(() => {
    const head = readHead(path);
    if (head.startsWith('\x7fELF')) return;
    const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(head)?.[1];
    if (interpreter === undefined) throw new ErrnoError(`execute ${path}`, 'ENOEXEC');
    accessSync(interpreter, constants.X_OK);
  });
}

/** The part of a file that the kernel looks at: BINPRM_BUF_SIZE bytes. */
function readHead(path: string): string {
  const head = Buffer.alloc(256);
  const fd = openSync(plainOrBytes(path), 'r');
  try {
    return head.toString('latin1', 0, readSync(fd, head));
  } finally {
    closeSync(fd);
  }
}

function errnoOfCall(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return code;
  }
}
