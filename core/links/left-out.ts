import { basename, dirname, join } from 'node:path';
import type { EventDirectory } from '../event-directory/entry.ts';
import { isPluginFile } from '../event-directory/plugin-file.ts';

/**
 * The files of plugins in a directory that do not run, a line each: why, and what to type. Scripts are left out: CTDB's own lie there
 * disabled, and an author knows them.
 */
export function leftOutOf({ entries, ignored }: EventDirectory): readonly string[] {
  const disabled = entries.flatMap(({ kind, path, disabled: why }) =>
    kind === 'plugin' && why !== undefined ? [{ path, why }] : [],
  );
  return [...disabled, ...ignored]
    .filter(({ path }) => isPluginFile(path) && !path.endsWith('.d.ts'))
    .map(({ path, why }) => `${path} is not run: ${why}${remedy(path, why)}`);
}

function remedy(path: string, why: string): string {
  if (why === 'the owner may not execute it') return `: chmod u+x ${path}`;
  return why.startsWith('NN is missing') ? `: mv ${path} ${join(dirname(path), `70.${basename(path)}`)}` : '';
}
