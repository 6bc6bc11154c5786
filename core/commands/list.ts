import type { Command } from './command.ts';
import { directoryOptions } from './common-options.ts';

export const list = {
  summary: 'show which event daemon runs, and the entries of an event directory in their order',
  about: [
    'Of each entry it shows whether it is enabled, why it does not run or load, and which of its options are wrong, with file and line. ' +
      'Plugins are loaded for that, each in a process of its own.',
  ],
  options: { ...directoryOptions, json: { type: 'boolean', default: false, what: 'as JSON' } },
  statuses: {
    0: 'every enabled entry runs',
    1: 'something is wrong, or it cannot tell: only root may ask',
    2: "CTDB's own event daemon runs and does not run plugins, or another version runs than is installed",
    3: 'no event daemon runs',
  },
} as const satisfies Command;
