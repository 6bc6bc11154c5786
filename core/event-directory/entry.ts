/**
 * How an event directory names its scripts: `NN.name.script` in the component directories of CTDB 4.9 and later
 * (`events/legacy`), `NN.name` in the older `events.d`.
 */
export type Convention = 'legacy' | 'events.d';

/** The conventions, as `--convention` takes them. */
export const conventions: readonly Convention[] = ['legacy', 'events.d'];

/** A plugin or a legacy script in an event directory. It runs at every event. */
export interface Entry {
  /** `NN.name`. It decides the order, and CTDB knows the entry by it. */
  readonly name: string;
  readonly kind: 'plugin' | 'script';
  /** Its path in the event directory. For a built-in plugin this is the path of the link that enables it. */
  readonly path: string;
  /** Why it does not run; undefined if it does. */
  readonly disabled?: string;
  /** The script of the same name beside the plugin. The plugin runs in its place. */
  readonly replaces?: string;
}

/** A file in an event directory that is no entry. */
export interface Ignored {
  readonly path: string;
  readonly why: string;
}

/** The content of an event directory. */
export interface EventDirectory {
  readonly path: string;
  readonly convention: Convention;
  /** The entries in the order in which they run. */
  readonly entries: readonly Entry[];
  readonly ignored: readonly Ignored[];
  /** Problems for the administrator, each with the path and what was expected. */
  readonly problems: readonly string[];
}

/** An event directory cannot be read. */
export class EventDirectoryError extends Error {
  override name = 'EventDirectoryError';
}
