import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and what leads to it, each for its owner alone; nothing if it is there.
 *
 * `mkdirSync` of Node 24 with `recursive` never returns where the kernel says ENOENT although the parent is there,
 * as in /proc.
 *
 * @throws the error of mkdir(2).
 */
export function makeDirectory(path: string): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isDirectory(path)) throw error;
  }
}

/** ENOTDIR on the way there is left to mkdir to say. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
