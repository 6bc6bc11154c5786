import { FilesSeen } from '../../ctdb-config/files-seen.ts';
import type { Burst } from '../../network/burst.ts';
import type { StateDuringEvent } from './state-during-event.ts';
import type { PluginOptions } from '../options/plugin-options.ts';

/**
 * What the plugins of an event share, and the events of a burst. All events of a burst were raised before the first began, so
 * one look holds for all of them.
 */
export interface SharedLookups {
  /** What was seen of option files. */
  readonly seen: FilesSeen;
  /** The options of plugins, by name, as far as they were read and say the same if they are read again. */
  readonly options: Map<string, PluginOptions>;
  /** What plugins remember, by name, as far as it was read. */
  readonly memories: Map<string, StateDuringEvent>;
  /** The burst, where addresses move in one. */
  readonly burst?: Burst | undefined;
}

/** Nothing was seen so far. */
export const nothingLookedUp = (burst?: Burst): SharedLookups => ({
  seen: new FilesSeen(),
  options: new Map(),
  memories: new Map(),
  burst,
});
