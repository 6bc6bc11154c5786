import type { Environment } from '../process/environment.ts';

/** The ctdb command where `CTDB` does not name another. */
export const defaultCtdb = 'ctdb';

/** The ctdb command: `$CTDB`, which like CTDB's scripts we take for words, else `ctdb`. */
export function ctdbWords(environment: Environment): readonly [file: string, ...words: string[]] {
  const text = environment['CTDB'] ?? '';
  const [file = defaultCtdb, ...words] = text.split(/\s+/).filter((word) => word !== '');
  return [file, ...words];
}
