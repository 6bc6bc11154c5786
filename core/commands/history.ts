import type { Command } from './command.ts';

export const history = {
  summary: 'show the runs of this node, and what the event daemon said of itself',
  about: [
    'Monitors that follow each other and found the same are one line. A TIME is 2026-11-30, 2026-11-30T03:00, 03:00 (the last one), or ' +
      '90s, 30m, 12h, 7d (ago).',
  ],
  options: {
    since: { type: 'string', default: '1d', value: 'TIME', what: 'from then on; by default of the last day' },
    until: { type: 'string', value: 'TIME', what: 'up to then' },
    event: { type: 'string', value: 'NAME', what: 'only runs of this event' },
    entry: { type: 'string', value: 'NN.name', what: 'only runs of this entry' },
    failed: { type: 'boolean', default: false, what: 'only runs that failed' },
    slower: { type: 'string', value: 'MS', what: 'only runs that took more milliseconds' },
    entries: { type: 'boolean', default: false, what: 'add up what each entry took at each event' },
    json: { type: 'boolean', default: false, what: 'one JSON object a line' },
    export: {
      type: 'string',
      value: 'FILE',
      what: 'write all of it to a new file, with a hash, for ctdb-hook timeline elsewhere; - is standard output',
    },
  },
  statuses: { 0: 'done', 1: 'there is no history, or something in it cannot be read' },
  examples: ['ctdb-hook history --since 03:00 --until 03:10', 'ctdb-hook history --failed --since 1h'],
} as const satisfies Command;
