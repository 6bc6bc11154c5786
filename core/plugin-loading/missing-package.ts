import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { escapePattern } from '../text/escape-pattern.ts';

/** A package that a plugin's file imports, and that is nowhere. */
export interface MissingPackage {
  readonly path: string;
  readonly line?: number;
  readonly what: string;
}

/** The package for which an import has failed; undefined if it has failed for something else. */
export function missingPackage(error: unknown): MissingPackage | undefined {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const { name, from } =
    /^Cannot find package '(?<name>[^']+)' imported from (?<from>.+)$/m.exec(message)?.groups ?? {};
  if (name === undefined || from === undefined) return undefined;
  const path = from.startsWith('file:') ? fileURLToPath(from) : from;
  const line = lineOfImport(path, name);
  return {
    path,
    ...(line !== undefined && { line }),
    what: `the package ${name} is not on this node: ${advice(path)}`,
  };
}

/** What a plugin may import, and how one file is made of a plugin and its packages. */
function advice(path: string): string {
  const file = basename(path);
  const made = file.replace(/\.m?[tj]s$/, '.mjs');
  return (
    'a plugin imports ctdb-hook, zod, modules of Node (node:path) and files by relative paths (./shares.ts). ' +
    'Where the package is installed, make one file of both, and put that in its place: ' +
    `npx esbuild ${file} --bundle --platform=node --format=esm --external:ctdb-hook --external:zod --outfile=bundled/${made}`
  );
}

function lineOfImport(path: string, name: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const quoted = new RegExp(`['"]${escapePattern(name)}(?:/[^'"]*)?['"]`);
  const index = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((line) => quoted.test(line) && /\b(?:import|from)\b/.test(line));
  return index === -1 ? undefined : index + 1;
}
