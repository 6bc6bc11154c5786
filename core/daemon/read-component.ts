import type { EventDirectory } from '../entries/entry.ts';
import { readEventDirectory } from '../entries/read-event-directory.ts';

/**
 * Reads the directory of a component, which has the names of CTDB 4.9 and later.
 *
 * @throws EventDirectoryError if it is missing or cannot be read.
 */
export const readComponent = (path: string): EventDirectory =>
  readEventDirectory(path, { convention: 'legacy', looksInside: false });
