import { copyFileSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildId } from '../build-id.ts';
import { originFile, packageRoot, programRoot } from '../package-root.ts';
import type { Report } from './report.ts';

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
 * @param directory where this project keeps files that a reboot may remove
 * @param report Gets why there is no copy; the package itself is used then.
 * @returns the folder in which `dist` is
 */
export function copyProgram(directory: string, report: Report): string {
  const place = join(directory, `program-${buildId}`);
  const draft = `${place}.new`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
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
    report(
      `WARNING: no copy of ctdb-hook in ${place}: ${String(error)}; until ctdb is restarted an update of the package would fail events`,
    );
    return programRoot;
  }
}

/** Not what compilers and editors read. */
const isNeeded = (path: string): boolean => path !== join(programRoot, 'dist', 'types');

/** Wherever npm has put it. Without it, hosts go without as the daemon does. */
function copyNative(draft: string): void {
  const found = findNative();
  if (found === undefined) return;
  const target = join(draft, 'node_modules', native);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(found, target);
}

function findNative(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(native);
  } catch {
    return undefined;
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
