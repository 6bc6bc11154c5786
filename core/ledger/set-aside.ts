import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Why a file is not used; the reason becomes part of the name under which the file is kept. */
export type SetAsideReason = 'corrupt' | 'foreign' | 'version';

/** How many files set aside are kept; the oldest go first. */
export const setAsideMax = 8;

/** SQLite's companions of a database. They carry committed changes, and must not meet another database. */
const companions = ['-wal', '-shm', '-journal'] as const;

/**
 * Renames the ledger at `path` and its companions to `PATH.REASON-WHEN`, and returns that name.
 *
 * The caller holds the lock. Only files that are there are renamed: a process that died between the renames of another ledger
 * can have left companions alone.
 */
export function setAside(path: string, reason: SetAsideReason, report: (message: string) => void): string {
  const target = freeName(path, reason);
  // The database goes last: as long as it is there, a process that finds this half done starts over.
  for (const suffix of [...companions, '']) {
    if (existsSync(path + suffix) || suffix === '') renameSync(path + suffix, target + suffix);
  }
  removeOldest(path, report);
  return target;
}

/** Removes companions that a database which is gone left behind; a new database would take them for its own. */
export function removeCompanions(path: string): void {
  for (const suffix of companions) rmSync(path + suffix, { force: true });
}

function freeName(path: string, reason: SetAsideReason): string {
  for (let time = Date.now(); ; time++) {
    const name = `${path}.${reason}-${new Date(time).toISOString().replaceAll(':', '')}`;
    if (!existsSync(name)) return name;
  }
}

function removeOldest(path: string, report: (message: string) => void): void {
  const directory = dirname(path);
  const prefix = `${basename(path)}.`;
  const kept = readdirSync(directory)
    .filter((name) => name.startsWith(prefix) && whenOf(name.slice(prefix.length)) !== undefined)
    .sort((a, b) => Buffer.compare(Buffer.from(whenOf(a) ?? ''), Buffer.from(whenOf(b) ?? '')));
  for (const name of kept.slice(0, -setAsideMax)) {
    const old = join(directory, name);
    rmSync(old, { recursive: true, force: true });
    removeCompanions(old);
    report(`ledger ${path}: removed ${old}, since ${setAsideMax} newer ones are kept`);
  }
}

/** The time in the name of a file set aside, or undefined if the name is not of such a file. */
const whenOf = (name: string): string | undefined =>
  /(?:^|\.)(?:corrupt|foreign|version)-(\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z)$/.exec(name)?.[1];
