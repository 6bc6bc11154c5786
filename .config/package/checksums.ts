import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsBelow } from './paths-below.ts';

/** A line for each file below a folder, as `sha256sum` and `md5sum` write and check them; links are left out. */
export function checksums(folder: string, algorithm: 'sha256' | 'md5', part = '.'): string {
  const paths = pathsBelow(join(folder, part)).map((path) => join(part, path));
  return paths
    .filter((path) => lstatSync(join(folder, path)).isFile())
    .map(
      (path) =>
        `${createHash(algorithm)
          .update(readFileSync(join(folder, path)))
          .digest('hex')}  ${path}\n`,
    )
    .join('');
}
