import type { Command } from './command.ts';

export const follow = {
  summary: 'show what runs on this node, as it happens, until Ctrl-C',
  about: [
    'A line for each run when it has ended, with the entries that failed or said something; for one that goes on for longer where it is; ' +
      'and what the event daemon says. A monitor that finds the same as the one before is counted only.',
  ],
  options: {
    since: {
      type: 'string',
      default: '1m',
      value: 'TIME',
      what: 'begin with what was then; by default a minute ago',
    },
    json: { type: 'boolean', default: false, what: 'one JSON object a line' },
  },
  statuses: { 0: 'it was ended by Ctrl-C', 1: 'there is no history, or it cannot be read' },
  examples: ['ctdb-hook follow'],
} as const satisfies Command;
