import { copyFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildId } from '../package/build-id.ts';
import { originFile, packageRoot, programRoot } from '../package/package-root.ts';
import type { Report } from './report.ts';
import { makeDirectory, makeLastDirectory } from '../files/make-directory.ts';

/** This very program of Node, also when its file has been replaced since or is gone: proc(5). */
export const ownNode = '/proc/self/exe';

/** The native part of koffi, which `load-koffi.ts` looks for. */
const native = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;

/** The names of what was copied by daemons that have ended. */
const isCopy = (name: string): boolean => /^program-[\w-]+$/.test(name);

/**
 * Copies what plugin hosts consist of, so that a daemon that runs needs no file of its package: that may be replaced or removed
 * meanwhile, which takes a package manager seconds. A copy takes two megabytes; that of an earlier daemon is removed.
 *
 * @param directories where this project keeps files that may be removed; the first from which native code can be loaded is
 *   taken. systemd mounts /run without the right to execute, and with that koffi does not load.
 * @param report Gets why there is no copy; the package itself is used then.
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

/** @throws Error if there can be no copy, or none that works; then nothing of it is left. */
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

/** Not what compilers and editors read. */
const isNeeded = (path: string): boolean => path !== join(programRoot, 'dist', 'types');

/**
 * Wherever npm has put it. Without it hosts need packages that are not copied.
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
