import { existsSync, realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { builtinNames, builtinOfSource, builtinPlugin, targetOf } from '../../event-directory/builtin.ts';
import type { Entry } from '../../event-directory/entry.ts';
import { isHookLink } from '../../event-directory/read-event-directory.ts';
import { checkTrust, checkTrustOnTheWay, Untrusted } from '../../files/trust.ts';
import type { AnyPlugin } from '../../plugin-loading/check-definition.ts';
import { PluginLoadError } from '../../plugin-loading/load-error.ts';
import { keepVersion, keptVersion } from '../../plugin-loading/kept-version.ts';
import { loadKeptPlugin, loadPlugin } from '../../plugin-loading/load-plugin.ts';
import { graphFrom } from '../../plugin-loading/module-graph.ts';
import { describeError } from '../describe-error.ts';

/**
 * The file that an entry's plugin is in, with all links resolved: an author's own, or a built-in's as it was built.
 *
 * @throws Untrusted if somebody else could replace it, PluginLoadError if there is none.
 */
export function pluginFile(entry: Entry): string {
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

/** The name of the built-in plugin that an entry stands for, if it does for one. */
export const builtinOf = ({ name, path }: Entry): string | undefined =>
  isHookLink(path) ? name : builtinOfSource(path);

/** The same as it was built, if there is such a one. */
export function builtinFile(entry: Entry): string | undefined {
  const builtin = builtinOf(entry);
  return builtin === undefined ? undefined : builtinPlugin(builtin);
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
  const file = pluginFile(entry);
  const loading = loads.get(file) ?? loadPlugin(file);
  loads.set(file, loading);
  return { file, plugin: await loading, ...problemOf(entry) };
}

/** Only a link to a built-in plugin may dangle and yet mean one. */
function problemOf({ name, path }: Entry): { problem?: string } {
  if (existsSync(path)) return {};
  const target = targetOf(path) ?? 'itself';
  const instead = `the built-in ${name} of ctdb-hook runs`;
  return { problem: `ERROR: ${path} is a dangling link to ${target}, expected a plugin: ${instead}` };
}

/**
 * Keeps the version of a plugin that has been loaded.
 *
 * @returns why it cannot be kept, if so; undefined for a built-in plugin, which needs no keeping
 */
export function keepLoaded({ name, path }: Entry, file: string): string | undefined {
  const graph = graphFrom(pathToFileURL(file).href);
  if ('why' in graph) return graph.why;
  if (graph.modules.length === 0) return undefined;
  try {
    keepVersion(name, { path, file, ...graph });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Loads the version of an entry's plugin that was kept last; undefined if there is none, or it does not load either. A built-in
 * plugin is kept by this program: whoever could replace the link to it could not replace that.
 */
export async function loadLastGood(entry: Entry, error: unknown): Promise<LoadedEntryPlugin | undefined> {
  const builtin = builtinFile(entry);
  if (builtin !== undefined)
    return { file: builtin, plugin: await loadPlugin(builtin), instead: insteadOf(entry, error) };
  const version = keptVersion(entry.name, entry.path);
  if (version === undefined || version === 'given up') return undefined;
  try {
    const loading = lastGood.get(entry.path) ?? loadKeptPlugin(version);
    lastGood.set(entry.path, loading);
    const plugin = await loading;
    return { file: version.file, plugin, instead: insteadOf(entry, error) };
  } catch {
    return undefined;
  }
}

/** Loads an entry's plugin as it is now, else the version that was kept last. Throws as `loadEntryPlugin` if there is none. */
export async function loadInForce(entry: Entry): Promise<LoadedEntryPlugin> {
  try {
    const loaded = await loadEntryPlugin(entry);
    keepLoaded(entry, loaded.file);
    return loaded;
  } catch (error) {
    const instead = await loadLastGood(entry, error);
    if (instead === undefined) throw error;
    return instead;
  }
}

function insteadOf({ name }: Entry, error: unknown): { readonly why: string; readonly isRefused: boolean } {
  const isRefused = error instanceof Untrusted;
  const what = isRefused ? 'is refused' : 'does not load';
  return {
    why: `WARNING: ${name} ${what}, its last good version goes on: ${describeError(error, undefined)}`,
    isRefused,
  };
}

const loads = new Map<string, Promise<AnyPlugin>>();
const lastGood = new Map<string, Promise<AnyPlugin>>();
