import { existsSync, realpathSync } from 'node:fs';
import { builtinNames, targetOf } from '../../event-directory/builtin.ts';
import type { Entry } from '../../event-directory/entry.ts';
import { builtinFile, builtinOf } from '../../event-directory/builtin-of.ts';
import { checkTrust, checkTrustOnTheWay, type TrustedWay } from '../../files/trust.ts';
import type { AnyPlugin } from '../../plugin-loading/check-definition.ts';
import { PluginLoadError } from '../../plugin-loading/load-error.ts';
import { loadPlugin } from '../../plugin-loading/load-plugin.ts';

/**
 * The file that an entry's plugin is in, with all links resolved: an author's own, or a built-in's as it was built.
 *
 * @throws Untrusted if somebody else could replace it, PluginLoadError if there is none.
 */
export function pluginFile(entry: Entry): string {
  return findPlugin(entry).file;
}

/** The file of an entry's plugin, and the way to the entry. */
interface FoundPlugin {
  readonly file: string;
  readonly way: TrustedWay;
  /** What is wrong with the entry, although its plugin works. */
  readonly problem?: string;
}

/** What was found the last time, by the path of the entry. */
const found = new Map<string, FoundPlugin>();

/** Finds it, or that nothing has changed since it was found. Throws as `pluginFile` does. */
function findPlugin(entry: Entry): FoundPlugin {
  const { path } = entry;
  const known = found.get(path);
  if (known !== undefined && existsSync(known.file) && checkTrustOnTheWay(path) === known.way) return known;
  const file = findFile(entry);
  const plugin = { file, way: checkTrustOnTheWay(path), ...problemOf(entry) };
  found.set(path, plugin);
  return plugin;
}

function findFile(entry: Entry): string {
  const { name, path } = entry;
  if (builtinOf(entry) === undefined) {
    if (!existsSync(path)) throw new PluginLoadError(path, undefined, 'a dangling link, expected a plugin');
    checkTrust(path);
    return realpathSync.native(path);
  }
  checkTrustOnTheWay(path); // What it leads to need not be there: the plugin is in this very program.
  const file = builtinFile(entry);
  if (file === undefined)
    throw new PluginLoadError(
      path,
      undefined,
      `no plugin ${name}.ts beside it, nor a built-in ${name} (there are ${builtinNames().join(', ')})`,
    );
  return file;
}

/** A plugin that is loaded, and the file that it is in. */
export interface LoadedEntryPlugin {
  readonly file: string;
  readonly plugin: AnyPlugin;
  /** Set if this is the last good version, because the file that is there now does not load or is refused. */
  readonly instead?: { readonly why: string; readonly isRefused: boolean };
  /** What is wrong with the entry, although its plugin works. */
  readonly problem?: string;
}

/** Loads an entry's plugin as it is now, once in this process. Throws as `pluginFile` and `loadPlugin` do. */
export async function loadEntryPlugin(entry: Entry): Promise<LoadedEntryPlugin> {
  const { file, problem } = findPlugin(entry);
  const loading = loads.get(file) ?? loadPlugin(file);
  loads.set(file, loading);
  return { file, plugin: await loading, ...(problem !== undefined && { problem }) };
}

/** Only a link to a built-in plugin may dangle and yet mean one. */
function problemOf({ name, path }: Entry): { problem?: string } {
  if (existsSync(path)) return {};
  const target = targetOf(path) ?? 'itself';
  const instead = `the built-in ${name} of ctdb-hook runs`;
  return { problem: `ERROR: ${path} is a dangling link to ${target}, expected a plugin: ${instead}` };
}

const loads = new Map<string, Promise<AnyPlugin>>();
