import type { Environment } from '../process/environment.ts';

/** The ctdb command, unless `CTDB` names another. */
export const defaultCtdb = 'ctdb';

/** The ctdb command: the words of `$CTDB`, which CTDB's scripts split too, or else `ctdb`. */
export function ctdbWords(environment: Environment): readonly [file: string, ...words: string[]] {
  const text = environment['CTDB'] ?? '';
  const [file = defaultCtdb, ...words] = text.split(/\s+/).filter((word) => word !== '');
  return [file, ...words];
}
