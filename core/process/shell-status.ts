import type { CommandEnd } from './command-outcome.ts';

/** The value of a shell's `$?` after a command that ended so, for messages that name it: 128 + N for signal N. */
export function shellStatus(outcome: CommandEnd): number {
  switch (outcome.ended) {
    case 'exited':
      return outcome.code;
    case 'signalled':
      return 128 + outcome.signal;
    case 'timed-out':
      return 124;
    case 'cancelled':
      return 137;
    case 'cut':
      return 141; // The status of SIGPIPE, which ends a command whose output nobody reads any more.
    case 'not-started':
      return outcome.errno === 'ENOENT' ? 127 : 126;
  }
}
