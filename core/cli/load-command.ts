import { keptVersion } from '../plugin-loading/last-good-version.ts';
import { loadEntryPlugin } from '../run/plugin/entry-plugin.ts';
import { describeError } from '../run/describe-error.ts';
import { sayLine } from '../links/output.ts';

/** The result of loading a plugin, as `load` writes it: as JSON, on its last line. */
export interface LoadReport {
  /** Why it does not load; undefined if it does. */
  readonly fault?: string;
  /** Whether an earlier version is kept that did load. */
  readonly isKept: boolean;
}

/**
 * `ctdb-hook load NN.name PATH`: loads a plugin, for `list`. `list` starts this command in a process of its own, because
 * the plugin may take for ever to load, or end the process.
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
