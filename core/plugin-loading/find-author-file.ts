import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The URL of shares.ts for `./shares` and for `./shares.js`, which TypeScript's own compiler allows. Undefined if there is no such file. */
export function findAuthorFile(specifier: string, parent: string | undefined): string | undefined {
  if (!/^\.{1,2}\//.test(specifier) || parent?.startsWith('file:') !== true) return undefined;
  const { href } = new URL(specifier.replace(/\.(m?)js$/, ''), parent);
  return ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js']
    .map((ending) => href + ending)
    .find((url) => existsSync(fileURLToPath(url)));
}
