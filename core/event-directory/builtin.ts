import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isVersionFolder, versionLink } from '../package/installed-root.ts';
import { packageRoot, programRoot } from '../package/package-root.ts';

/** The folder of the built-in plugins' sources. A link to one of these enables it. */
const sources = join(packageRoot, 'plugins');

/** The folder into which the build puts them. These files run. */
const built = join(programRoot, 'dist', 'plugins');

/** Most links followed on the way to a file, as in the kernel (MAXSYMLINKS). */
const linksMax = 40;

/** The names of the built-in plugins. */
export const builtinNames = (): readonly string[] => readdirSync(built).sort();

/** The built-in plugin of this name as JavaScript, or undefined if there is none. */
export function builtinPlugin(name: string): string | undefined {
  const file = join(built, name, 'plugin.js');
  return !name.includes('/') && existsSync(file) ? file : undefined;
}

/** The events at which the built-in plugin of this name has anything to do, as the build has listed them. */
export const builtinEvents = (name: string): ReadonlySet<string> =>
  new Set(
    readFileSync(join(built, name, 'events'), 'utf8')
      .trim()
      .split(' '),
  );

/** The source of the built-in plugin of this name, to which a link enables it. */
export const builtinSource = (name: string): string => join(sources, name, 'plugin.ts');

/**
 * The name of the built-in plugin to which the path leads. Undefined if it leads elsewhere. A link means the plugin even
 * while the package to which it leads is being replaced or is gone.
 */
export function builtinOfSource(path: string): string | undefined {
  const target = targetOf(path);
  const name = target === undefined ? undefined : nameBelow(sources, target);
  if (name !== undefined || target === undefined) return name;
  return nameInVersion(target) ?? (existsSync(sources) ? nameBelow(realOf(sources), target) : undefined);
}

/** The same of the source in another version of this package, which lies beside this one: an upgrade has other links lead there. */
function nameInVersion(target: string): string | undefined {
  if (versionLink === undefined) return undefined;
  const folder = `${dirname(versionLink)}/`;
  const [version = ''] = target.startsWith(folder) ? target.slice(folder.length).split('/') : [];
  if (version !== basename(versionLink) && !isVersionFolder(version)) return undefined;
  return nameBelow(join(folder, version, 'plugins'), target);
}

/** `NN.name` of `DIRECTORY/NN.name/plugin.ts`. */
function nameBelow(directory: string, target: string): string | undefined {
  if (!target.startsWith(`${directory}/`) || !target.endsWith('/plugin.ts')) return undefined;
  const name = target.slice(directory.length + 1, -'/plugin.ts'.length);
  return name.includes('/') ? undefined : name;
}

/** The target of the path: a path without links, or the first that does not exist. */
export function targetOf(path: string): string | undefined {
  if (existsSync(path)) return realOf(path);
  let target = path;
  for (let links = 0; links < linksMax; links += 1) {
    if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
    target = resolve(dirname(target), readlinkSync(target));
  }
  return undefined;
}

const realOf = (path: string): string => realpathSync.native(path);
