import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const events = {
  summary: 'show all events, with what ctdbd makes of them',
  about: [],
  options: {
    markdown: { type: 'boolean', default: false, what: 'as the table in plugins/README.md' },
    json: { type: 'boolean', default: false, what: 'as JSON' },
  },
  statuses: doneOrNot,
} as const satisfies Command;
