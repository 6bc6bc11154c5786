import type { Entry } from '../event-directory/entry.ts';
import { Untrusted } from '../files/trust.ts';
import type { AnyPlugin } from '../plugin-loading/check-definition.ts';
import { PluginLoadError } from '../plugin-loading/load-error.ts';
import { keptVersion, keptVersionPath } from '../plugin-loading/last-good-version.ts';
import { builtinFile } from '../event-directory/builtin-of.ts';
import { loadEntryPlugin, type LoadedEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { keepLoaded, loadLastGood } from '../run/plugin/plugin-in-force.ts';
import { describeError } from '../run/describe-error.ts';
import type { LoadedPlugin } from './messages.ts';

/** The version of a plugin to load: the present one, or the one that was kept last. */
export interface LoadRequest {
  readonly name: string;
  readonly path: string;
  readonly isKept: boolean;
}

/** The plugins of a host: only those that the daemon had it load. */
export class Registry {
  readonly #loaded = new Map<string, { readonly entry: Entry; readonly plugin: LoadedEntryPlugin }>();
  readonly #dependOn: (path: string) => void;

  /** @param dependOn Is told the path of a file on which the result of a load depends, besides the files that are loaded. */
  constructor(dependOn: (path: string) => void) {
    this.#dependOn = dependOn;
  }

  /** Loads a plugin and answers the result. Never rejects because of the plugin. */
  async load({ name, path, isKept }: LoadRequest): Promise<LoadedPlugin> {
    const entry: Entry = { name, kind: 'plugin', path };
    try {
      const plugin = isKept ? await lastGoodOf(entry) : await loadEntryPlugin(entry);
      this.#loaded.set(name, { entry, plugin });
      const unkept = isKept ? undefined : keepLoaded(entry, plugin.file);
      const message = plugin.problem ?? (unkept === undefined ? '' : notKept(name, unkept));
      return { name, outcome: 'loaded', message, kept: 'none', events: eventsOf(plugin.plugin) };
    } catch (error) {
      const outcome = error instanceof Untrusted ? 'refused' : 'failed';
      return {
        name,
        outcome,
        message: describeError(error, undefined),
        kept: this.#keptOf(entry),
        events: [],
      };
    }
  }

  #keptOf(entry: Entry): LoadedPlugin['kept'] {
    const { name, path } = entry;
    if (builtinFile(entry) !== undefined) return 'there';
    const place = keptVersionPath(name, path);
    if (place !== undefined) this.#dependOn(place);
    const kept = keptVersion(name, path);
    return typeof kept === 'object' ? 'there' : (kept ?? 'none');
  }

  /** The entries of the plugins that are loaded. */
  entries(): readonly Entry[] {
    return [...this.#loaded.values()].map(({ entry }) => entry);
  }

  /** The entry of a plugin. If the daemon asks for one that is not loaded, that is its mistake. */
  entry(name: string): Entry {
    return this.#get(name).entry;
  }

  /** The plugin of an entry. */
  readonly plugin = ({ name }: Entry): Promise<LoadedEntryPlugin> => Promise.resolve(this.#get(name).plugin);

  #get(name: string): { readonly entry: Entry; readonly plugin: LoadedEntryPlugin } {
    const found = this.#loaded.get(name);
    if (found === undefined) throw new Error(`plugin ${name} is not loaded in this host`);
    return found;
  }
}

const notKept = (name: string, why: string): string =>
  `WARNING: this version of ${name} cannot be kept for when it is changed: ${why}`;

async function lastGoodOf(entry: Entry): Promise<LoadedEntryPlugin> {
  const found = await loadLastGood(entry, undefined);
  if (found === undefined)
    throw new PluginLoadError(entry.path, undefined, 'no version of it is kept that loads, expected one');
  // The daemon knows why this version runs, and says so.
  return { file: found.file, plugin: found.plugin };
}

/** The events that it handles. Changes that wait for `ipreallocated` may have to be settled at `recovered`. */
function eventsOf({ handlers }: AnyPlugin): readonly string[] {
  const names = new Set<string>(handlers.keys());
  if (names.has('ipreallocated')) names.add('recovered');
  return [...names];
}
