import { parseArgs } from 'node:util';

/** The options with which ctdbd calls its event daemon. */
export interface DaemonOptions {
  /** The process id of ctdbd. The daemon ends when this process has ended. */
  readonly pid: number | undefined;
  /** The descriptor at which ctdbd waits until the daemon says that it listens. */
  readonly startupFd: number | undefined;
}

/** The arguments are wrong. `message` says which, and what was expected. */
export class DaemonOptionsError extends Error {
  override name = 'DaemonOptionsError';
}

const options = {
  pid: { type: 'string', short: 'P' },
  'startup-fd': { type: 'string', short: 'S' },
} as const;

/** The text of `ctdb-eventd --help`. */
export const daemonUsage = `Usage: ctdb-eventd [-P PID] [-S FD]
The event daemon of a CTDB node, started by ctdbd in place of its own.
  -P, --pid=PID         end when this process has ended
  -S, --startup-fd=FD   write four zero bytes to this descriptor when ready
`;

/** Reads the arguments. @throws DaemonOptionsError */
export function readDaemonOptions(words: readonly string[]): DaemonOptions {
  const { pid, 'startup-fd': startupFd } = parse(words);
  return {
    pid: wholeNumber('--pid', pid, 1),
    startupFd: wholeNumber('--startup-fd', startupFd, 0),
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw new DaemonOptionsError((error as Error).message, { cause: error });
  }
}

function wholeNumber(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= min) return number;
  throw new DaemonOptionsError(`${name} is "${text}", expected a whole number of at least ${min}`);
}
