import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { plainOrBytes } from '../text/bytes-as-text.ts';

/**
 * Makes a directory and its parents. It does nothing if the directory is there.
 *
 * Not by the recursive `mkdirSync` of Node 24, which does not always return.
 *
 * @param mode of everything that is made; for their owner alone if it is not given
 * @throws the error of mkdir(2).
 */
export function makeDirectory(path: string, mode = 0o700): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent, mode);
  makeLastDirectory(path, mode);
}

/**
 * Makes a directory whose parent has to exist: a run directory that somebody has moved away is not made again.
 *
 * @throws the error of mkdir(2).
 */
export function makeLastDirectory(path: string, mode = 0o700): void {
  try {
    mkdirSync(plainOrBytes(path), { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isDirectory(path)) throw error;
  }
}

/** Whether it is a directory. If something on the way is none, mkdir says so (ENOTDIR). */
function isDirectory(path: string): boolean {
  try {
    return statSync(plainOrBytes(path)).isDirectory();
  } catch {
    return false;
  }
}
