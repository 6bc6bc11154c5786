import { existsSync, realpathSync } from 'node:fs';
import { builtinNames, builtinOfSource, builtinPlugin } from '../entries/builtin.ts';
import type { Entry } from '../entries/entry.ts';
import { isHookLink } from '../entries/read-event-directory.ts';
import { checkTrust } from '../entries/trust.ts';
import type { AnyPlugin } from '../plugin/check-definition.ts';
import { PluginLoadError } from '../plugin/load-error.ts';
import { loadPlugin } from '../plugin/load-plugin.ts';

/**
 * The file that an entry's plugin is in, with all links resolved: an author's own, or a built-in's as it was built.
 *
 * @throws Untrusted if somebody else could replace it, PluginLoadError if there is none.
 */
export function pluginFile({ name, path }: Entry): string {
  const builtin = isHookLink(path) ? name : builtinOfSource(path);
  if (!existsSync(path)) throw new PluginLoadError(path, undefined, 'a dangling link, expected a plugin');
  checkTrust(path);
  if (builtin === undefined) return realpathSync.native(path);
  const file = builtinPlugin(builtin);
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
}

/** Loads an entry's plugin, once in this process. Throws as `pluginFile` and `loadPlugin` do. */
export async function loadEntryPlugin(entry: Entry): Promise<LoadedEntryPlugin> {
  const file = pluginFile(entry);
  const loading = loads.get(file) ?? loadPlugin(file);
  loads.set(file, loading);
  return { file, plugin: await loading };
}

const loads = new Map<string, Promise<AnyPlugin>>();
