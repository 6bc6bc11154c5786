import type { CommandOption } from './command.ts';

/** The options that name an event directory. */
export const directoryOptions = {
  dir: {
    type: 'string',
    value: 'DIRECTORY',
    what: 'the event directory; by default that of this node: events/legacy, else events.d, below CTDB_BASE',
  },
  convention: {
    type: 'string',
    value: 'NAME',
    what: 'how its scripts are named: legacy (NN.name.script) or events.d (NN.name)',
  },
} as const satisfies Record<string, CommandOption>;

/** For commands that change something on this machine. */
export const dryRunOption = {
  'dry-run': { type: 'boolean', default: false, what: 'say what would be done, and do nothing' },
} as const satisfies Record<string, CommandOption>;

/** The exit statuses of commands that do something. */
export const doneOrNot = { 0: 'done', 1: 'not done, and why' } as const;
