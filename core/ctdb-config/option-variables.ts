import type { Environment } from '../process/environment.ts';

/** A variable that a file sets. */
export interface OptionVariable {
  readonly value: string;
  readonly file: string;
  /** The line, counted from 1. Undefined if sh evaluated the file and not exactly one line assigns the variable. */
  readonly line: number | undefined;
}

/** The content of CTDB's option files. */
export interface OptionVariables {
  /** The variables that files set, each with the file and line whose value counts. */
  readonly variables: ReadonlyMap<string, OptionVariable>;
  /** The process's environment, with CTDB's own variables as its scripts have them, and with the variables of the files. */
  readonly environment: Environment;
  /** The output of commands in the files. It is part of the event's output, as with stock scripts, and mostly empty. */
  readonly output: string;
  /** Whether sh was not needed. Then the files give the same result however often they are read. */
  readonly isPlain: boolean;
}
