import type { CtdbNode } from './ctdb-node.ts';
import type { EventOrder } from './event-order.ts';
import type { ModelObserver } from './model-observer.ts';
import type { ClusterAddress, SimulationClock } from './simulated-node.ts';

/** What takeover runs and recoveries need to know of a cluster. */
export interface ClusterState {
  readonly clock: SimulationClock;
  readonly observer: ModelObserver;
  readonly order: EventOrder;
  readonly nodes: readonly CtdbNode[];
  /** The public addresses, by IP. */
  readonly addresses: ReadonlyMap<string, ClusterAddress>;
  /** The connected node that believes to have an address, and has it, for each address that one has. */
  readonly holders: () => ReadonlyMap<string, number>;
  /** Tells all nodes where addresses are to be. */
  readonly showAllocation: (allocation: ReadonlyMap<string, number>) => void;
  /** Settles when the other nodes miss this one. */
  readonly untilMissed: (node: CtdbNode) => Promise<void>;
}
