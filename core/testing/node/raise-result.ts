import type { AddressChanges } from '../../events/changes.ts';

/** How one plugin ended at an event. */
export interface PluginResult {
  readonly name: string;
  /** 0, the exit status of a script that fails, or a negative errno, such as -110 (ETIMEDOUT), as CTDB has it. */
  readonly status: number;
  /** What it said. */
  readonly output: string;
  /** The address changes that it was told of, at `ipreallocated` and `recovered`. */
  readonly changes?: AddressChanges;
  /** Whether it has no address change left to act on; undefined where it was told of none. */
  readonly acknowledged?: boolean;
  /** Whether its handler had ended by then: one that was told to stop has half a second, one that was cancelled 50 milliseconds. */
  readonly isUnwound: boolean;
  /** Calls of its context that were still going on when its handler had returned, a line each. */
  readonly left: readonly string[];
}

/** How an event came out. */
export interface RaiseResult {
  /** Whether the event succeeded; at `monitor` whether the node is healthy. */
  readonly ok: boolean;
  /** 0, or the status of the plugin that failed. */
  readonly status: number;
  readonly ended: 'done' | 'failed' | 'timed out' | 'cancelled' | 'killed';
  /** What all plugins said, in their order. */
  readonly output: string;
  /** The address changes that the first plugin was told of; undefined at other events than `ipreallocated` and `recovered`. */
  readonly changes?: AddressChanges;
  /** Whether every plugin that was told of any address changes has acknowledged them; false if none was told of any. */
  readonly acknowledged: boolean;
  /** What plugins changed, in words and in their order: `service nginx reload`, `file write /etc/x`, `command ip link ...`. */
  readonly did: readonly string[];
  /** How long it took by the node's clock, in milliseconds. */
  readonly tookMs: number;
  /** The plugins that ran, in their order. */
  readonly plugins: readonly PluginResult[];
}
