import type { EventDirectory } from '../../event-directory/entry.ts';
import { readEventDirectory } from '../../event-directory/read-event-directory.ts';
import { isSettled } from '../../files/file-identity.ts';
import { type FileIdentities, identitiesOf, identityOfPath, isChanged } from './file-identities.ts';

/**
 * Reads the directory of a component, which has the names of CTDB 4.9 and later.
 *
 * @throws EventDirectoryError if it is missing or cannot be read.
 */
export const readComponent = (path: string): EventDirectory =>
  readEventDirectory(path, { convention: 'legacy', looksInside: false });

/** What stands in the directory of a component, and what told each file of it from any other when that was found. */
export interface SeenComponent extends EventDirectory {
  readonly files: FileIdentities;
}

/**
 * Reads the directory of a component at each event. As long as neither the directory nor what its names lead to has
 * changed, to look at that is enough, and takes a quarter of the time.
 */
export class ComponentReader {
  readonly #path: string;
  #place = '';
  #seen: SeenComponent | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** What stands there now. @throws EventDirectoryError if it is missing or cannot be read. */
  read(): SeenComponent {
    const place = identityOfPath(this.#path);
    if (this.#seen !== undefined && place === this.#place && !isChanged(this.#seen.files)) return this.#seen;
    const found = readComponent(this.#path);
    const paths = found.entries.flatMap(({ path, replaces = path }) => [path, replaces]);
    const seen = { ...found, files: identitiesOf(paths) };
    this.#place = place;
    // What has changed just now may have done so while it was read, or may again within the same tick of the clock.
    this.#seen = [place, ...seen.files.values()].every(isSettled) ? seen : undefined;
    return seen;
  }
}
