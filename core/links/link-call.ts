import { basename, dirname, resolve } from 'node:path';
import type { Entry } from '../event-directory/entry.ts';
import { pluginFileOf } from '../event-directory/plugin-file.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import { UsageError } from './usage-error.ts';

/** What a link NN.name.script was called for. */
export interface LinkCall {
  readonly entry: Entry;
  readonly event: RaisedEvent;
  /** The event directory, absolute. */
  readonly directory: string;
}

/**
 * Reads the call of a link.
 *
 * @param calledAs the path of the link
 * @param words the event and its arguments
 * @throws UsageError if it is not named so, or there is no event.
 */
export function readLinkCall(calledAs: string, [name, ...argv]: readonly string[]): LinkCall {
  const file = basename(calledAs);
  const entry = file.replace(/\.script$/, '');
  if (!/^\d\d\../.test(entry))
    throw new UsageError(
      `${file}: NN is missing: a link to ctdb-hook is named NN.name.script, such as 60.nfs.script`,
    );
  if (name === undefined) throw new UsageError(`${file}: no event, expected ${file} EVENT [ARG ...]`);
  const path = resolve(calledAs);
  return {
    entry: { name: entry, kind: 'plugin', path: pluginFileOf(calledAs, entry) ?? path },
    event: { name, argv },
    directory: dirname(path),
  };
}
