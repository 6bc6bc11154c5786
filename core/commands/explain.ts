import { eventNames } from '../events/events.ts';
import type { Command } from './command.ts';
import { directoryOptions } from './common-options.ts';

export const explain = {
  summary: 'show what an event would run now and what plugins would change, and change nothing',
  words: 'EVENT [ARG ...]',
  choices: eventNames,
  about: [
    'It shows the entries in their order, why one does not run, and the options of each plugin with the file and line that they come from. ' +
      'Each plugin that handles the event is tried: it asks its questions, and what it would change is shown in place of being done.',
    '"runs" is a question that was asked. "would run" is a change that was not made. "unknown from here" needs the result of something that ' +
      'was not done; what follows holds if it is as is said there. "not run" has why.',
    'Scripts are not tried. Ledger, history, cache and what plugins remember stay as they are.',
  ],
  options: {
    ...directoryOptions,
    json: { type: 'boolean', default: false, what: 'as JSON, with whole commands and texts' },
  },
  statuses: {
    0: 'explained, also if an entry would fail',
    1: 'not explained, and why',
  },
  examples: ['ctdb-hook explain takeip eth0 10.0.0.1 24'],
} as const satisfies Command;
