import type { Command } from './command.ts';

export const reconcile = {
  summary: 'show public addresses of which ledger, kernel and ctdb do not say the same',
  about: ['Differences that last less than a second, as while an address moves, are not shown.'],
  options: {
    mend: {
      type: 'boolean',
      default: false,
      what: 'have that mended: by a takeover run, and an ipreallocated if that is not enough',
    },
    json: { type: 'boolean', default: false, what: 'the differences that are there in the end, as JSON' },
  },
  statuses: {
    0: 'ledger, kernel and ctdb agree, in the end',
    1: 'one could not be asked, or something failed',
    2: 'they differ',
  },
} as const satisfies Command;
