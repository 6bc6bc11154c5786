import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { PlannedFile } from './plan-project.ts';
import { ScaffoldError } from './scaffold-error.ts';

/**
 * Writes the files of a project. All else in the folder stays, and files of the project itself that are there do too.
 *
 * @param isForced writes over what is there, a link too and not its target
 * @throws ScaffoldError if a file is in the way, before anything is written; the error of the file system if one cannot be written
 */
export function writeProject(folder: string, files: readonly PlannedFile[], isForced: boolean): void {
  const there = files.filter(({ name }) => isThere(join(folder, name)));
  const inTheWay = there.filter(({ of }) => of === 'plugin');
  if (!isForced && inTheWay.length > 0)
    throw new ScaffoldError(
      `${inTheWay.map(({ name }) => join(folder, name)).join(', ')}: there already; --force writes over it`,
    );
  if (!isForced) checkKept(folder, there);
  makeDirectory(folder, 0o777);
  for (const { name, text, isExecutable } of isForced
    ? files
    : files.filter((file) => !there.includes(file))) {
    if (isForced) rmSync(join(folder, name), { force: true });
    writeFileSync(join(folder, name), text, { flag: 'wx', mode: isExecutable === true ? 0o777 : 0o666 });
  }
}

/** With `commonjs`, which `npm init` writes, Node takes a plugin and its test for something else. */
function checkKept(folder: string, there: readonly PlannedFile[]): void {
  if (!there.some(({ name }) => name === 'package.json')) return;
  const path = join(folder, 'package.json');
  let type: unknown;
  try {
    type = (JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown } | null)?.type;
  } catch (error) {
    throw new ScaffoldError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (type !== undefined && type !== 'module')
    throw new ScaffoldError(
      `${path} has type ${JSON.stringify(type)}, expected "module": npm pkg set type=module`,
    );
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
