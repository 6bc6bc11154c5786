import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { busyTimeoutMs } from './sqlite-error.ts';
import { LedgerUnavailable } from './unavailable.ts';

/**
 * Calls `work` while no other process is under the same lock; the kernel frees it when the process dies.
 *
 * The lock is SQLite's own (fcntl) on an empty file that is never written: Node has no other lock that kill -9 frees.
 *
 * @throws SQLite's error when the lock is not free within the busy timeout, else what `work` throws.
 */
export function underLock<T>(lockPath: string, work: () => T): T {
  makeFile(lockPath);
  if (statSync(lockPath).size > 0)
    throw new LedgerUnavailable(lockPath, 'expected an empty lock file; remove this one');
  const lock = new DatabaseSync(lockPath, { timeout: busyTimeoutMs });
  try {
    lock.exec('PRAGMA journal_mode = off; BEGIN EXCLUSIVE');
    return work();
  } finally {
    lock.close();
  }
}

/** SQLite would make it readable for all. One that is there is not opened: closing it would drop its locks (fcntl(2)). */
function makeFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}
