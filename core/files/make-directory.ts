import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { plainOrBytes } from '../text/bytes-as-text.ts';

/**
 * Makes a directory and what leads to it; nothing if it is there.
 *
 * `mkdirSync` of Node 24 with `recursive` never returns where the kernel says ENOENT although the parent is there,
 * as in /proc.
 *
 * @param mode of all that is made; for their owner alone if it is not given
 * @throws the error of mkdir(2).
 */
export function makeDirectory(path: string, mode = 0o700): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent, mode);
  makeLastDirectory(path, mode);
}

/**
 * Makes a directory where what leads to it has to be there: a run directory that somebody has moved away is not made again.
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

/** ENOTDIR on the way there is left to mkdir to say. */
function isDirectory(path: string): boolean {
  try {
    return statSync(plainOrBytes(path)).isDirectory();
  } catch {
    return false;
  }
}
