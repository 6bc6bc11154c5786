import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, plainOrBytes, textOf } from '../../text/bytes-as-text.ts';
import { byName } from '../../event-directory/file-name.ts';
import { identityOfStats } from '../../files/file-identity.ts';
import { makeDirectory } from '../../files/make-directory.ts';
import type { FileChanges, Files, Observing } from '../../plugin-api/context.ts';
import { findMissingDirectory } from './find-missing-directory.ts';

/*
 * All calls but `identify` are synchronous inside. On local file systems a turn of the thread pool takes longer than what it
 * does; and where one hangs, four calls would hang the thread pool of the process for good, while a process whose main thread
 * hangs is noticed and ended.
 */

/** Looks at files for a plugin. */
export function createFiles(run: Observing<unknown>['run']): Files {
  return {
    read: (path) => inTime(() => ifThere(() => textOf(readFileSync(plainOrBytes(path))))),
    identify: identifyAside,
    list: (path) => inTime(() => ifThere(() => namesIn(path))?.sort(byName)),
    isExecutable: (path) => inTime(() => isExecutable(path)),
    findMissingDirectory: (paths) => findMissingDirectory(paths, run),
  };
}

async function identifyAside(path: string): Promise<string | undefined> {
  try {
    return identityOfStats(await stat(plainOrBytes(path), { bigint: true }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The mode of a plugin's directories, less the umask, as of mkdir(1). */
const anybodysMode = 0o777;

/** Changes files for a plugin. */
export const fileChanges: FileChanges = {
  write: (path, text) =>
    inTime(() => {
      updateFile(path, () => text);
    }),
  update: (path, change) =>
    inTime(() => {
      updateFile(path, change);
    }),
  makeDirectory: (path) =>
    inTime(() => {
      makeDirectory(path, anybodysMode);
    }),
  emptyDirectory: (path) =>
    inTime(() => {
      makeDirectory(path, anybodysMode);
      for (const name of namesIn(path))
        rmSync(plainOrBytes(join(path, name)), { recursive: true, force: true });
    }),
};

/** What a text becomes; undefined stands for a file that is not there. */
type Change = (text: string | undefined) => string;

/** Most bytes of a file that is changed in place: what is read of it by one call is the old text or the new. */
const inPlaceBytesMax = 4096;

/** Other programs read some of these files at any time, and must see the old text or the new. */
function updateFile(path: string, change: Change): void {
  const file = ifThere(() => openForChange(path));
  if (file === undefined) {
    replaceFile(path, change(undefined));
    return;
  }
  let next: string | undefined;
  try {
    next = changeAtEnd(file, change);
  } finally {
    closeSync(file);
  }
  if (next !== undefined) replaceFile(path, next);
}

/** Undefined for a socket, which cannot be opened; a pipe must not be waited for. */
function openForChange(path: string): number | undefined {
  try {
    return openSync(plainOrBytes(path), constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return undefined;
    throw error;
  }
}

/**
 * Writes what is to be added, or cuts off what is too much, if the text is otherwise the same; answers what is to be written
 * else. To put another file in its place takes a file system with a journal ten times as long.
 */
function changeAtEnd(file: number, change: Change): string | undefined {
  if (!fstatSync(file).isFile()) return change(undefined);
  const now = readAll(file);
  const text = change(textOf(now));
  const next = bytesOf(text);
  const common = Math.min(now.length, next.length);
  const isInPlace = Math.max(now.length, next.length) <= inPlaceBytesMax;
  if (!isInPlace || now.compare(next, 0, common, 0, common) !== 0) return text;
  if (next.length < now.length) ftruncateSync(file, next.length);
  else if (next.length > now.length) append(file, next, common);
  return undefined;
}

/** Appends the rest of a text after this length, or leaves the file as it was. */
function append(file: number, text: Buffer, length: number): void {
  try {
    for (let at = length; at < text.length;) at += writeSync(file, text, at, text.length - at, at);
  } catch (error) {
    ftruncateSync(file, length);
    throw error;
  }
}

/** A small file in one call. */
function readAll(file: number): Buffer {
  const bytes = Buffer.allocUnsafe(inPlaceBytesMax + 1);
  const length = readSync(file, bytes, { position: 0 });
  if (length <= inPlaceBytesMax) return bytes.subarray(0, length);
  return readFileSync(file);
}

/**
 * Puts another file in the place of what is there, with its owner and mode. The draft is a new file: what stands there under
 * its name is of a process of this id that was killed, or somebody's link to where he must not write.
 */
function replaceFile(path: string, text: string): void {
  const target = ifThere(() => realPathOf(path)) ?? path;
  const before = ifThere(() => statSync(plainOrBytes(target)));
  const draft = plainOrBytes(`${target}.${process.pid}.new`);
  try {
    rmSync(draft, { force: true });
    const file = openSync(draft, 'wx', before === undefined ? 0o666 : 0o600);
    try {
      writeFileSync(file, bytesOf(text));
      if (before !== undefined) {
        fchownSync(file, before.uid, before.gid);
        fchmodSync(file, before.mode & 0o7777); // After the owner, whose change takes bits away.
      }
    } finally {
      closeSync(file);
    }
    renameSync(draft, plainOrBytes(target));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

const namesIn = (path: string): string[] =>
  readdirSync(plainOrBytes(path), { encoding: 'buffer' }).map(textOf);

const realPathOf = (path: string): string =>
  textOf(realpathSync.native(plainOrBytes(path), { encoding: 'buffer' }));

function isExecutable(path: string): boolean {
  try {
    const file = plainOrBytes(path);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw error;
  }
}

/** What is looked for, or undefined if it is not there. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The answer as a promise, or its error as a rejection. */
const inTime = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });
