import { lstatSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The plugin file `NN.name.ts` (or .mts, .js, .mjs) beside a link to ctdb-hook, or undefined if there is none. */
export function pluginFileBeside(link: string, name: string): string | undefined {
  return ['ts', 'mts', 'js', 'mjs']
    .map((ending) => resolve(dirname(link), `${name}.${ending}`))
    .find(isThere);
}

/** A dangling link is there: to run the built-in plugin in its place would hide the mistake. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
