import { copyFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildId } from '../package/build-id.ts';
import { originFile, packageRoot, programRoot } from '../package/package-root.ts';
import type { Report } from './report.ts';
import { makeDirectory, makeLastDirectory } from '../files/make-directory.ts';

/** The running Node itself, even if its file was replaced or removed: proc(5). */
export const ownNode = '/proc/self/exe';

/** The native part of koffi, which `load-koffi.ts` looks for. */
const native = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;

/** Whether a name is that of a copy that an ended daemon made. */
const isCopy = (name: string): boolean => /^program-[\w-]+$/.test(name);

/**
 * Copies the files of plugin hosts, so that a running daemon needs no file of its package. The package may be replaced or
 * removed meanwhile, which takes a package manager seconds. A copy takes two megabytes. The copy of an earlier daemon is
 * removed.
 *
 * @param directories where this project keeps files that may be removed; the first one from which native code can be loaded
 *   is taken. systemd mounts /run without the right to execute, and koffi does not load from there.
 * @param report is told why there is no copy; the package itself is used then.
 * @returns the folder in which `dist` is
 */
export function copyProgram(directories: readonly string[], report: Report): string {
  const reasons: string[] = [];
  for (const directory of directories) {
    try {
      return copyInto(directory);
    } catch (error) {
      reasons.push(`in ${directory}: ${String(error)}`);
    }
  }
  report(
    `WARNING: no copy of ctdb-hook ${reasons.join('; ')}; until ctdb is restarted an update of the package would fail events`,
  );
  return programRoot;
}

/** @throws Error if no copy can be made, or the copy does not work; nothing of it is left then. */
function copyInto(directory: string): string {
  const place = join(directory, `program-${buildId}`);
  const draft = `${place}.new`;
  try {
    makeLastDirectory(directory);
    for (const name of readdirSync(directory))
      if (isCopy(name.replace(/\.new$/, ''))) remove(join(directory, name));
    mkdirSync(draft, { mode: 0o700 });
    cpSync(join(programRoot, 'dist'), join(draft, 'dist'), { recursive: true, filter: isNeeded });
    copyNative(draft);
    writeFileSync(join(draft, originFile), packageRoot);
    renameSync(draft, place);
    return place;
  } catch (error) {
    remove(draft);
    throw error;
  }
}

/** Files that only compilers and editors read are not copied. */
const isNeeded = (path: string): boolean => path !== join(programRoot, 'dist', 'types');

/**
 * Copies koffi's native part from where npm has put it. Without it, hosts would need packages that are not copied.
 *
 * @throws Error if it is not there, or does not load from the draft.
 */
function copyNative(draft: string): void {
  const target = join(draft, 'node_modules', native);
  makeDirectory(dirname(target));
  copyFileSync(createRequire(import.meta.url).resolve(native), target);
  process.dlopen({ exports: {} }, target);
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
