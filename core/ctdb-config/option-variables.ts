import type { Environment } from '../process/environment.ts';

/** A variable that a file sets. */
export interface OptionVariable {
  readonly value: string;
  readonly file: string;
  /** Counted from 1; undefined where sh evaluated the file and no line, or more than one, assigns it. */
  readonly line: number | undefined;
}

/** What CTDB's option files say. */
export interface OptionVariables {
  /** The variables that files set, each with the place that won. */
  readonly variables: ReadonlyMap<string, OptionVariable>;
  /** The process's environment, CTDB's own variables as its scripts have them, and what the files set. */
  readonly environment: Environment;
  /** What commands in the files wrote; part of the event's output, as with stock scripts. Mostly empty. */
  readonly output: string;
  /** Whether sh had no part in it: then they say the same however often they are read. */
  readonly isPlain: boolean;
}
