import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readProcEntry } from '../process/proc-table.ts';

/** A CTDB that is installed here. */
export interface HelperDirectory {
  readonly path: string;
  /** The directory of its `bin` and `sbin`. Undefined if neither `ctdb` nor `ctdbd` is found near it. */
  readonly prefix: string | undefined;
}

/**
 * The usual directories of CTDB's helper programs. Debian from 12 on and Fedora have the first; openSUSE had the second,
 * before it adopted libexec; the others belong to builds from source.
 */
const usual = [
  '/usr/libexec/ctdb',
  '/usr/lib/ctdb',
  '/usr/local/libexec/ctdb',
  '/usr/local/samba/libexec/ctdb',
] as const;

/** Older Debian and Ubuntu have them below this one, in a directory for each architecture. */
const multiarchDir = '/usr/lib';

/**
 * Programs by which a directory is recognized as CTDB's, whatever else is missing: the first of 4.9 and later, then of
 * older ones.
 */
const marks = ['ctdb-path', 'ctdb-event', 'ctdb_lock_helper', 'ctdb_eventd'] as const;

/** The directories in which a CTDB may have its helpers. */
export const possibleHelperDirs = (): readonly string[] => [...usual, ...multiarchDirs()];

/** The paths that are helper directories of a CTDB. A directory with two names is there once. */
export function findHelperDirectories(paths: readonly string[]): readonly HelperDirectory[] {
  const found = new Map<string, HelperDirectory>();
  for (const path of paths) {
    if (!marks.some((mark) => existsSync(join(path, mark)))) continue;
    const real = realpathSync(path);
    if (!found.has(real)) found.set(real, { path, prefix: prefixOf(real) });
  }
  return [...found.values()];
}

function multiarchDirs(): string[] {
  if (!existsSync(multiarchDir)) return [];
  const architectures = readdirSync(multiarchDir).filter((name) => name.includes('-linux-'));
  return architectures.sort().map((name) => join(multiarchDir, name, 'ctdb'));
}

function prefixOf(helperDir: string): string | undefined {
  for (let at = dirname(helperDir); ; at = dirname(at)) {
    if (existsSync(join(at, 'bin/ctdb')) || existsSync(join(at, 'sbin/ctdbd'))) return at === '/' ? '' : at;
    if (at === '/') return undefined;
  }
}

/** Most ancestors that are looked at. */
const generationsMax = 30;

/** The directory whose ctdbd or event daemon is an ancestor of this process, if this can be found out. */
export function findOwnHelperDirectory(among: readonly HelperDirectory[]): HelperDirectory | undefined {
  let pid = process.ppid;
  for (let generation = 0; generation < generationsMax && pid > 1; generation += 1) {
    const program = programOf(pid);
    const owner = among.find(
      ({ path, prefix }) =>
        program !== undefined &&
        (dirname(program) === realpathSync(path) ||
          (prefix !== undefined && program === `${prefix}/sbin/ctdbd`)),
    );
    if (owner !== undefined) return owner;
    pid = readProcEntry(pid)?.parent ?? 0;
  }
  return undefined;
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''); // Its package was updated since.
  } catch {
    return undefined; // It is another user's, or has ended.
  }
}
