import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** All paths below a folder, relative to it, each folder before what is in it. Links are not followed, as `readdir` of Node does. */
export function pathsBelow(folder: string): readonly string[] {
  const walk = (path: string): string[] =>
    readdirSync(join(folder, path))
      .sort()
      .flatMap((name) => {
        const below = join(path, name);
        return lstatSync(join(folder, below)).isDirectory() ? [below, ...walk(below)] : [below];
      });
  return walk('.');
}
