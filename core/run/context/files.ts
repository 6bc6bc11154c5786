import {
  accessSync,
  appendFileSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { byName } from '../../entries/file-name.ts';
import type { FileChanges, Files, Observing } from '../../plugin/context.ts';

/*
 * The calls are synchronous inside. On local file systems a turn of the thread pool takes longer than what it does; and
 * where one hangs, four calls would hang the thread pool of the process for good, while a process whose main thread hangs
 * is noticed and ended.
 */

/** Looks at files for a plugin. */
export function createFiles(run: Observing<unknown>['run']): Files {
  return {
    read: (path) => inTime(() => ifThere(() => readFileSync(path, 'utf8'))),
    list: (path) => inTime(() => ifThere(() => readdirSync(path))?.sort(byName)),
    isExecutable: (path) => inTime(() => isExecutable(path)),
    async findMissingDirectory(paths) {
      if (paths.length === 0) return undefined;
      const { ok, stdout } = await run(['sh', '-c', findMissing, 'sh', ...paths]);
      return ok ? undefined : stdout.replace(/\n$/, '');
    },
  };
}

/** One shell for all paths; the slash and dot make a directory without search permission count as missing. */
const findMissing = 'for d do [ -d "$d/." ] || { printf "%s\\n" "$d"; exit 1; }; done';

/** Changes files for a plugin. */
export const fileChanges: FileChanges = {
  write: (path, text) =>
    inTime(() => {
      replaceFile(path, text);
    }),
  makeDirectory: (path) =>
    inTime(() => {
      mkdirSync(path, { recursive: true });
    }),
  emptyDirectory: (path) =>
    inTime(() => {
      mkdirSync(path, { recursive: true });
      for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
    }),
};

/** Most bytes of a file that is changed in place: what is read of it by one call is the old text or the new. */
const inPlaceBytesMax = 4096;

/** Other programs read some of these files at any time, and must see the old text or the new. */
function replaceFile(path: string, text: string): void {
  if (changeAtEnd(path, text)) return;
  const target = ifThere(() => realpathSync.native(path)) ?? path;
  const mode = ifThere(() => statSync(target))?.mode;
  const draft = `${target}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, mode === undefined ? {} : { mode });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * Writes what is to be added, or cuts off what is too much, if the text is otherwise the same; answers whether it was. To
 * put another file in its place takes a file system with a journal ten times as long.
 */
function changeAtEnd(path: string, text: string): boolean {
  const next = Buffer.from(text);
  const found = ifThere(() => statSync(path));
  if (found?.isFile() !== true || Math.max(found.size, next.length) > inPlaceBytesMax) return false;
  const now = readFileSync(path);
  const common = Math.min(now.length, next.length);
  if (!now.subarray(0, common).equals(next.subarray(0, common))) return false;
  if (next.length < now.length) truncateSync(path, next.length);
  else if (next.length > now.length) appendFileSync(path, next.subarray(common));
  return true;
}

function isExecutable(path: string): boolean {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
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
