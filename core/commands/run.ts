import { eventNames } from '../events/events.ts';
import type { Command } from './command.ts';
import { directoryOptions } from './common-options.ts';

export const run = {
  summary: 'run an event through all entries of an event directory',
  words: 'EVENT [ARG ...]',
  choices: eventNames,
  about: [
    'Runs the plugins and scripts of the directory at this event, in their order, and stops at the first that fails, as ctdbd has it done. ' +
      'It raises no event in ctdbd. "ctdb-hook events" has the arguments of each event.',
  ],
  options: {
    ...directoryOptions,
    timeout: {
      type: 'string',
      value: 'SECONDS',
      what: 'deadline of the whole event; by default CTDB_HOOK_TIMEOUT, else 20; 0: none',
    },
    timeline: { type: 'boolean', default: false, what: 'show each entry with its duration and result' },
    json: { type: 'boolean', default: false, what: 'show the run as JSON, and nothing else' },
  },
  statuses: { 0: 'the event succeeded', 1: 'it failed' },
  examples: ['ctdb-hook run monitor --timeline'],
} as const satisfies Command;
