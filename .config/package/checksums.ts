import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A line for each file below a folder, as `sha256sum` and `md5sum` write and check them; links are left out. */
export function checksums(folder: string, algorithm: 'sha256' | 'md5', below = folder): string {
  const files = readdirSync(below, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
  return paths
    .map(
      (path) =>
        `${createHash(algorithm)
          .update(readFileSync(join(folder, path)))
          .digest('hex')}  ${path}\n`,
    )
    .join('');
}
