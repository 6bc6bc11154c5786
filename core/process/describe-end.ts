import type { CommandEnd } from './command-outcome.ts';

/** How a command ended, as the words that follow its name: `exited with status 3`, `was ended by signal 9`. */
export function describeEnd(outcome: CommandEnd): string {
  switch (outcome.ended) {
    case 'exited':
      return `exited with status ${outcome.code}`;
    case 'signalled':
      return `was ended by signal ${outcome.signal}`;
    case 'timed-out':
      return 'did not end in time';
    case 'cancelled':
      return 'was cancelled';
    case 'cut':
      return 'said more than is read of it';
    case 'not-started':
      return outcome.errno === 'ENOENT' ? 'was not found' : `could not be started: ${outcome.errno}`;
  }
}
