import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../package/package-root.ts';

/** The TypeScript with which a plugin is checked: its compiler, and the folder that has it. */
export interface FoundTypeScript {
  readonly tsc: string;
  readonly root: string;
}

/** Finds the TypeScript beside a plugin, or in a folder above it, or else in this package. */
export function findTypeScript(plugin: string): FoundTypeScript | undefined {
  return [...foldersAbove(plugin), packageRoot]
    .map((root) => ({ root, tsc: join(root, 'node_modules/typescript/bin/tsc') }))
    .find(({ tsc }) => existsSync(tsc));
}

/** The first of these folders that has a package; undefined if none has. */
export function findPackage(name: string, plugin: string): string | undefined {
  return [...foldersAbove(plugin), packageRoot]
    .map((root) => join(root, 'node_modules', name))
    .find((folder) => existsSync(folder));
}

/** The folder of a file, and those above. */
export function foldersAbove(file: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(realpathSync.native(file)); ; folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) return folders;
  }
}
