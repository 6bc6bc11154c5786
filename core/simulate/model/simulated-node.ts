import type { RaisedEvent } from '../../run/outcome.ts';

/** How an event ended, as the event daemon tells ctdbd. */
export type EventAnswer = 'ok' | 'failed' | 'timed out' | 'cancelled';

/** What the ctdb command says on a node of the whole cluster. */
export interface ClusterView {
  readonly pnn: number;
  /** The node that each public address is on. */
  readonly allocation: ReadonlyMap<string, number>;
}

/**
 * A node as its ctdbd has it: what runs its events, and its kernel. The model decides which events there are; what they do is real
 * code, in a world that is not.
 */
export interface SimulatedNode {
  /**
   * Runs an event that begins now.
   *
   * @param deadlineMs when its time is up, on the clock of the simulation
   * @param signal aborted where ctdbd cancels it
   */
  raise(event: RaisedEvent, deadlineMs: number, signal: AbortSignal): Promise<EventAnswer>;
  /** Whether its kernel has this address. */
  has(ip: string): boolean;
  /** Its power is off from now on: what is not on a disk is gone. */
  powerOff(): void;
  /** Its ctdbd has ended, and the event daemon with it; addresses and files stay. */
  ctdbdEnded(): void;
  /** What the ctdb command answers from now on. */
  show(view: ClusterView): void;
}

/** A public address of the cluster, and where it belongs on each node. */
export interface ClusterAddress {
  readonly ip: string;
  readonly maskBits: number;
  readonly iface: string;
}

/** The clock of a simulation. Time passes only where everything waits for it. */
export interface SimulationClock {
  /** Milliseconds since the simulation began. */
  readonly nowMs: number;
  /** Rejects with the signal's reason as soon as that is aborted. */
  sleep(timeMs: number, signal?: AbortSignal): Promise<void>;
}
