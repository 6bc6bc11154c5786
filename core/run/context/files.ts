import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byName } from '../../entries/file-name.ts';
import type { FileChanges, Files, Observing } from '../../plugin/context.ts';

/** Looks at files for a plugin. */
export function createFiles(run: Observing<unknown>['run']): Files {
  return {
    read: async (path) => ifThere(readFile(path, 'utf8')),
    list: async (path) => (await ifThere(readdir(path)))?.sort(byName),
    async isExecutable(path) {
      const found = await ifThere(stat(path));
      if (found?.isFile() !== true) return false;
      return access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
    },
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
  write: replaceFile,
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  async emptyDirectory(path) {
    await mkdir(path, { recursive: true });
    for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
  },
};

/** Other programs read some of these files at any time, and must see the old text or the new. */
async function replaceFile(path: string, text: string): Promise<void> {
  const target = (await ifThere(realpath(path))) ?? path;
  const mode = (await ifThere(stat(target)))?.mode;
  const draft = `${target}.${process.pid}.new`;
  try {
    await writeFile(draft, text, mode === undefined ? {} : { mode });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** What is looked for, or undefined if it is not there. */
async function ifThere<T>(looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
