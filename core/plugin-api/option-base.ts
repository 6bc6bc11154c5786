import { resolve } from 'node:path';

let current: string | undefined;

/**
 * Runs a parse in which relative paths are below this directory: schemas are made when a plugin loads, and know
 * nothing of the node then.
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

/** The path, made absolute if it is relative: below `CTDB_BASE`. */
export const belowBase = (path: string): string =>
  resolve(current ?? (process.env['CTDB_BASE'] || '/etc/ctdb'), path);
