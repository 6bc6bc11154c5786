import type { Entry } from '../entries/entry.ts';
import { Untrusted } from '../entries/trust.ts';
import type { AnyPlugin } from '../plugin/check-definition.ts';
import { loadEntryPlugin, type LoadedEntryPlugin } from '../run/entry-plugin.ts';
import { explain } from '../run/explain.ts';
import type { LoadedPlugin } from './messages.ts';

/** The plugins of a host: those that the daemon had it load, and no others. */
export class Registry {
  readonly #loaded = new Map<string, { readonly entry: Entry; readonly plugin: LoadedEntryPlugin }>();

  /** Loads a plugin and tells what came of it. Never rejects for the plugin's sake. */
  async load(name: string, path: string): Promise<LoadedPlugin> {
    const entry: Entry = { name, kind: 'plugin', path };
    try {
      const plugin = await loadEntryPlugin(entry);
      this.#loaded.set(name, { entry, plugin });
      return { name, outcome: 'loaded', message: '', events: eventsOf(plugin.plugin) };
    } catch (error) {
      const outcome = error instanceof Untrusted ? 'refused' : 'failed';
      return { name, outcome, message: explain(error, undefined), events: [] };
    }
  }

  /** The entries of the plugins that are loaded. */
  entries(): readonly Entry[] {
    return [...this.#loaded.values()].map(({ entry }) => entry);
  }

  /** The entry of a plugin; it is a mistake of the daemon to ask for one that is not loaded. */
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

/** Those that it handles; changes that wait for `ipreallocated` may have to be settled at `recovered`. */
function eventsOf({ handlers }: AnyPlugin): readonly string[] {
  const names = new Set<string>(handlers.keys());
  if (names.has('ipreallocated')) names.add('recovered');
  return [...names];
}
