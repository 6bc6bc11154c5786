import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { builtinNames, builtinOfSource } from '../event-directory/builtin.ts';
import { pluginDirectory, pluginFileOf } from '../event-directory/plugin-file.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { occupantOf } from '../switch/occupant.ts';
import type { Step } from '../switch/steps.ts';
import { SwitchError } from '../switch/switch-error.ts';
import { isBesideThis } from './is-beside-this.ts';
import { linkSteps, removalStep } from './link-steps.ts';

/** The built-in plugins whose scripts, or which themselves, are enabled in an event directory. */
export function enabledBuiltins(eventDirectory: string): readonly string[] {
  const { entries } = readEventDirectory(eventDirectory);
  const enabled = new Set(entries.filter(({ disabled }) => disabled === undefined).map(({ name }) => name));
  return builtinNames().filter((name) => enabled.has(name));
}

/**
 * The steps that enable built-in plugins, by links to their sources in the package at `root`.
 *
 * @throws SwitchError if there is no such plugin, or a file of somebody else's is in its place.
 */
export function enablePlugins(eventDirectory: string, names: readonly string[], root: string): Step[] {
  return names.flatMap((name) => {
    requireBuiltin(name);
    const path = join(pluginDirectory(eventDirectory), `${name}.ts`);
    const present = pluginFileOf(join(eventDirectory, `${name}.script`), name);
    if (present !== undefined && (present !== path || builtinOfLink(present) !== name))
      throw new SwitchError(
        `${present} is a plugin of your own, expected none where the built-in ${name} is to run: move it away, or leave out ${name} (--plugins)`,
      );
    const target = join(root, 'plugins', name, 'plugin.ts');
    return linkSteps(path, target, `Enable the plugin ${name}: ${path}`);
  });
}

/** The steps that have links to built-in plugins of versions beside this one lead to those of the package at `root`. */
export function renewPlugins(eventDirectory: string, root: string): Step[] {
  const names = pluginLinks(eventDirectory)
    .filter((path) => isBesideThis(readlinkSync(path)))
    .map((path) => basename(path, '.ts'));
  const builtin = new Set(builtinNames());
  return enablePlugins(
    eventDirectory,
    names.filter((name) => builtin.has(name)),
    root,
  );
}

/** The steps that remove all links to built-in plugins. */
export const disablePlugins = (eventDirectory: string): Step[] =>
  pluginLinks(eventDirectory).map((path) =>
    removalStep(path, `Disable the plugin ${basename(path, '.ts')}: remove ${path}`),
  );

function pluginLinks(eventDirectory: string): readonly string[] {
  const directory = pluginDirectory(eventDirectory);
  const links = filesOf(directory).filter((file) => file.endsWith('.ts'));
  return links.map((file) => join(directory, file)).filter((path) => builtinOfLink(path) !== undefined);
}

/** The built-in plugin to which a link leads: also of another ctdb-hook, or of one that is gone. */
function builtinOfLink(path: string): string | undefined {
  const occupant = occupantOf(path);
  if (occupant.kind !== 'link') return undefined;
  const own = builtinOfSource(path);
  if (own !== undefined) return own;
  const [, root = '', name] = /^(.*)\/plugins\/(\d\d\.[^/]+)\/plugin\.ts$/.exec(occupant.target) ?? [];
  return name === basename(path, '.ts') && isRoot(root) ? name : undefined;
}

/** Whether a folder is, or was, that of a ctdb-hook. */
function isRoot(folder: string): boolean {
  if (/^ctdb-hook(?:-\d.*)?$/.test(basename(folder))) return true;
  try {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
    return name === 'ctdb-hook';
  } catch {
    return false;
  }
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function requireBuiltin(name: string): void {
  if (builtinNames().includes(name)) return;
  throw new SwitchError(`there is no built-in plugin "${name}": expected ${builtinNames().join(', ')}`);
}
