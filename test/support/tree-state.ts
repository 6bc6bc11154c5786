import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * All below a directory, a line each by path: kind, mode, owner, and of files size, time and content, of links their target. The times of
 * directories are left out: they change with what is made and removed in them.
 */
export function treeState(
  directory: string,
  isLeftOut: (path: string) => boolean = () => false,
): readonly string[] {
  const lines: string[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(join(directory, path)).sort()) {
      const below = join(path, name);
      if (isLeftOut(below)) continue;
      const stats = lstatSync(join(directory, below));
      lines.push(
        `${below} ${stats.mode.toString(8)} ${stats.uid}:${stats.gid} ${contentOf(join(directory, below))}`,
      );
      if (stats.isDirectory()) walk(below);
    }
  };
  walk('.');
  return lines;
}

function contentOf(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `to ${readlinkSync(path)}`;
  if (!stats.isFile()) return '';
  return `${stats.size} ${stats.mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
