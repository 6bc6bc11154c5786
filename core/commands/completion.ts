import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const completion = {
  summary: 'print what has bash complete commands and options',
  about: ['Its place is /usr/share/bash-completion/completions/ctdb-hook.'],
  statuses: doneOrNot,
} as const satisfies Command;
