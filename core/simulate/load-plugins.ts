import { pathToFileURL } from 'node:url';
import type { Entry } from '../event-directory/entry.ts';
import { findIrreplaceable } from '../explain/what-cannot-be-replaced.ts';
import type { AnyPlugin } from '../plugin-loading/check-definition.ts';
import { loadKeptPlugin } from '../plugin-loading/load-plugin.ts';
import { graphFrom } from '../plugin-loading/module-graph.ts';
import { loadEntryPlugin } from '../run/plugin/entry-plugin.ts';
import type { SimulatedPlugin } from './plugin-node.ts';

/** What of an event directory is simulated. */
export interface LoadedDirectory {
  readonly plugins: readonly SimulatedPlugin[];
  /** The entries that are not, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/** Loads the plugins of a directory. @throws what `loadEntryPlugin` does, for the first that does not load */
export async function loadPlugins(entries: readonly Entry[]): Promise<LoadedDirectory> {
  const plugins: SimulatedPlugin[] = [];
  const leftOut: { name: string; why: string }[] = [];
  for (const entry of entries) {
    const found = entry.disabled === undefined ? await load(entry) : entry.disabled;
    if (typeof found === 'string') leftOut.push({ name: entry.name, why: found });
    else plugins.push(found);
  }
  return { plugins, leftOut };
}

/** The plugin, or why there is none that can be simulated. */
async function load(entry: Entry): Promise<SimulatedPlugin | string> {
  const { name, kind } = entry;
  if (kind === 'script')
    return 'a script, which would run on this machine and in its time: see ctdb-hook try';
  const { file, plugin } = await loadEntryPlugin(entry);
  const irreplaceable = findIrreplaceable(file);
  if (irreplaceable !== undefined) return `${irreplaceable}, which would be this machine's`;
  return { name, handled: [...plugin.handlers.keys()], load: loaderOf(entry, file, plugin) };
}

/** Loads it again and again, each time as a process that begins. A built-in plugin keeps nothing in its modules, so one will do. */
function loaderOf({ path }: Entry, file: string, first: AnyPlugin): () => Promise<AnyPlugin> {
  const graph = graphFrom(pathToFileURL(file).href);
  if ('why' in graph) throw new Error(`${file}: ${graph.why}`); // findIrreplaceable has told.
  return graph.modules.length === 0
    ? () => Promise.resolve(first)
    : () => loadKeptPlugin({ path, file, ...graph });
}
