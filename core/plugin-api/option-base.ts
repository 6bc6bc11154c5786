import { resolve } from 'node:path';

let current: string | undefined;

/**
 * Runs a parse in which relative paths are below this directory. Schemas are made when a plugin loads, and know nothing
 * about the node then.
 */
export function parsedBelow<T>(base: string, parse: () => T): T {
  const outer = current;
  current = base;
  try {
    return parse();
  } finally {
    current = outer;
  }
}

/** The path as an absolute one. A relative path is below `CTDB_BASE`. */
export const belowBase = (path: string): string =>
  resolve(current ?? (process.env['CTDB_BASE'] || '/etc/ctdb'), path);
