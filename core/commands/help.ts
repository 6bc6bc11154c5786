import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const help = {
  summary: 'explain a command',
  words: '[COMMAND]',
  about: [
    '"ctdb-hook COMMAND --help" shows the same. "man ctdb-hook-COMMAND" does if the man pages are installed.',
  ],
  options: { man: { type: 'boolean', default: false, what: 'as the source of a man page' } },
  statuses: doneOrNot,
} as const satisfies Command;
