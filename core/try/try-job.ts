import type { EventName } from '../events/events.ts';

/** What is tried, as the process outside of the namespaces tells it to the first one inside. */
export interface TryJob {
  /** The plugin: `55.web`. */
  readonly name: string;
  /** Its file, and those that it imports, by absolute paths; the first is the plugin. */
  readonly files: readonly [string, ...string[]];
  readonly events: readonly EventName[];
  /** How long each event may take, in seconds. */
  readonly timeoutS: number;
  /** What the namespaces are, in words. */
  readonly namespaces: string;
  /** Whether all is left as it is after a failure, until standard input ends. */
  readonly isKept: boolean;
}
