import { keptVersion } from '../plugin-loading/kept-version.ts';
import { loadEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { describeError } from '../run/describe-error.ts';
import { sayLine } from './output.ts';

/** What came of loading a plugin, as `load` writes it: in JSON, on its last line. */
export interface LoadReport {
  /** Why it does not load; undefined if it does. */
  readonly fault?: string;
  /** Whether a version is kept that did. */
  readonly isKept: boolean;
}

/**
 * `ctdb-hook load NN.name PATH`: loads a plugin, for `list`, which starts it in a process of its own: what the plugin does at load
 * may never end, and may end the process.
 */
export async function loadCommand([name = '', path = '']: readonly string[]): Promise<number> {
  const entry = { name, path, kind: 'plugin' } as const;
  const isKept = typeof keptVersion(name, path) === 'object';
  const fault = await loadEntryPlugin(entry).then(
    () => undefined,
    (error: unknown) => describeError(error, undefined),
  );
  sayLine(JSON.stringify({ ...(fault === undefined ? {} : { fault }), isKept } satisfies LoadReport));
  return 0;
}
