/**
 * How an event directory names its scripts: `NN.name.script` in the component directories of CTDB 4.9 and later
 * (`events/legacy`), `NN.name` in the older `events.d`.
 */
export type Convention = 'legacy' | 'events.d';

/** The conventions, as `--convention` takes them. */
export const conventions: readonly Convention[] = ['legacy', 'events.d'];

/** Something in an event directory that runs at every event: a plugin or a legacy script. */
export interface Entry {
  /** `NN.name`, which orders it and by which CTDB knows it. */
  readonly name: string;
  readonly kind: 'plugin' | 'script';
  /** Its path in the event directory; for a built-in plugin, of the link that enables it. */
  readonly path: string;
  /** Why it is not run, or undefined if it is. */
  readonly disabled?: string;
  /** The script of the same name beside the plugin, which the plugin stands in for. */
  readonly replaces?: string;
}

/** A file in an event directory that is no entry. */
export interface Ignored {
  readonly path: string;
  readonly why: string;
}

/** What stands in an event directory. */
export interface EventDirectory {
  readonly path: string;
  readonly convention: Convention;
  /** In the order in which they run. */
  readonly entries: readonly Entry[];
  readonly ignored: readonly Ignored[];
  /** What an administrator has to be told of, each with path and expectation. */
  readonly problems: readonly string[];
}

/** An event directory that cannot be read. */
export class EventDirectoryError extends Error {
  override name = 'EventDirectoryError';
}
