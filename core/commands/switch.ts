import type { Command } from './command.ts';
import { doneOrNot, dryRunOption } from './common-options.ts';

export const switchTo = {
  summary: "have ctdbd start ctdb-hook's event daemon, or CTDB's own again",
  words: 'on|off',
  choices: ['on', 'off'],
  about: [
    'The event daemon is the one of ctdb-hook from the next start of ctdb on, through all updates of CTDB. Off, all that was there before ' +
      'comes back as it was. Both can be given again at any time. If a step fails, those before it are undone.',
  ],
  options: {
    ...dryRunOption,
    restart: { type: 'boolean', default: false, what: 'restart ctdb if that is due' },
  },
  statuses: doneOrNot,
  examples: ['ctdb-hook switch on --dry-run', 'ctdb-hook switch on'],
} as const satisfies Command;
