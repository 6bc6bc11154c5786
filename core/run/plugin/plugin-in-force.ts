import { pathToFileURL } from 'node:url';
import type { Entry } from '../../event-directory/entry.ts';
import { Untrusted } from '../../files/trust.ts';
import type { AnyPlugin } from '../../plugin-loading/check-definition.ts';
import { keepVersion, keptVersion } from '../../plugin-loading/last-good-version.ts';
import { loadKeptPlugin, loadPlugin } from '../../plugin-loading/load-plugin.ts';
import { graphFrom } from '../../plugin-loading/module-graph.ts';
import { describeError } from '../describe-error.ts';
import { builtinFile } from '../../event-directory/builtin-of.ts';
import { loadEntryPlugin, type LoadedEntryPlugin } from './entry-plugin.ts';

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

const lastGood = new Map<string, Promise<AnyPlugin>>();
