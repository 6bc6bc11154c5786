import type { AddressChanges } from '../events/changes.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import type { EventAnswer } from './model/simulated-node.ts';
import type { FaultHow } from './step.ts';

/** What one plugin did at one event of a simulation. */
export interface PluginRun {
  readonly name: string;
  readonly isOk: boolean;
  /** What it said, or why it failed. */
  readonly output: string;
  /** What its context still did for it when its handler had returned. */
  readonly left: readonly string[];
}

/** One event of a simulation, as its node ran it. */
export interface EventRun {
  readonly pnn: number;
  readonly event: RaisedEvent;
  readonly answer: EventAnswer;
  readonly tookMs: number;
  /** Those that came to an end. */
  readonly plugins: readonly PluginRun[];
  /** The address changes that plugins were told of, at `ipreallocated` and `recovered`, also those that came to no end. */
  readonly told: ReadonlyMap<string, AddressChanges>;
  /** What went wrong in plugins because the scenario says so. */
  readonly faults: ReadonlyMap<string, FaultHow>;
  /** The public addresses that the node had when it was over. */
  readonly held: readonly string[];
}
