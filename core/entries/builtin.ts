import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** Where the built-in plugins are in source form: a link to one of these enables it. */
const sources = join(packageRoot, 'plugins');

/** Where the build puts them: what runs. */
const built = join(packageRoot, 'dist', 'plugins');

/** The names of the built-in plugins. */
export const builtinNames = (): readonly string[] => readdirSync(sources).sort();

/** The built-in plugin of this name as JavaScript, or undefined if there is none. */
export function builtinPlugin(name: string): string | undefined {
  const file = join(built, name, 'plugin.js');
  return !name.includes('/') && existsSync(file) ? file : undefined;
}

/** The name of the built-in plugin that the path leads to, or undefined if it leads elsewhere. */
export function builtinOfSource(path: string): string | undefined {
  try {
    const target = realpathSync.native(path);
    if (basename(target) !== 'plugin.ts' || dirname(dirname(target)) !== realpathSync.native(sources))
      return undefined;
    return basename(dirname(target));
  } catch {
    return undefined;
  }
}
