import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Everything below a directory: each file with its content, owner, mode and times, so that no write to any of it is missed. */
export function treeOf(directory: string): readonly string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  return ['', ...paths].map((name) => {
    const path = join(directory, name);
    const { mode, uid, gid, mtimeMs, ctimeMs, size } = lstatSync(path);
    const kind = lstatSync(path);
    const content = kind.isSymbolicLink()
      ? readlinkSync(path)
      : kind.isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : '';
    return [relative(directory, path), mode, uid, gid, mtimeMs, ctimeMs, size, content].join(' ');
  });
}
