import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Loads a plugin again, so that nothing of what it had in variables is there. Answers what its file exports by default. */
export type LoadAnew = () => Promise<object>;

let count = 0;

/** Loads a file under a URL that no one has loaded. Files that it imports are not loaded again. */
export async function loadAnew(file: string): Promise<object> {
  count += 1;
  const module = (await import(`${pathToFileURL(file).href}?process=${count}`)) as { default: object };
  return module.default;
}

/** The file of a plugin, if it is beside this one: `70.web.ts` for 70.web. */
export const fileBeside = (name: string, file: string): string | undefined =>
  ['ts', 'mts', 'js', 'mjs'].map((ending) => join(dirname(file), `${name}.${ending}`)).find(existsSync);
