import { chmodSync, lstatSync, lutimesSync } from 'node:fs';
import { join } from 'node:path';
import { pathsBelow } from './paths-below.ts';

/** Gives all below a folder the same time, in seconds since 1970, and modes that do not depend on who has built it. */
export function seal(folder: string, seconds: number): void {
  for (const name of ['.', ...pathsBelow(folder)]) {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (!stats.isSymbolicLink()) {
      const isExecuted = stats.isDirectory() || (stats.mode & 0o100) !== 0;
      chmodSync(path, isExecuted ? 0o755 : 0o644);
    }
    lutimesSync(path, seconds, seconds);
  }
}
