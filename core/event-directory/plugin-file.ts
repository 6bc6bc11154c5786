import { lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The endings of plugin files, in the order in which they are looked for. bin/ctdb-hook has the same list. */
const endings = ['ts', 'mts', 'js', 'mjs'];

/** Whether a file is a plugin by its name, and not a link of that name to ctdb-hook. */
export const isPluginFile = (path: string): boolean => endingRank(path) !== -1;

/** The place of a plugin file among others of its name: the first is the plugin. */
export const endingRank = (path: string): number =>
  endings.findIndex((ending) => path.endsWith(`.${ending}`));

/**
 * The directory of the plugins of an event directory. An older ctdbd executes every file in an `events.d`, so plugins are
 * beside it.
 */
export const pluginDirectory = (directory: string): string =>
  basename(directory) === 'events.d' ? join(dirname(directory), 'plugins.d') : directory;

/** The plugin file of that name for a link to ctdb-hook, or undefined if there is none. */
export function pluginFileOf(link: string, name: string): string | undefined {
  const directory = pluginDirectory(dirname(resolve(link)));
  return endings.map((ending) => join(directory, `${name}.${ending}`)).find(isThere);
}

/** Whether the file is there. A dangling link counts too: to run the built-in plugin in its place would hide the mistake. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
