import type { Command } from './command.ts';
import { directoryOptions, doneOrNot } from './common-options.ts';

export const giveUp = {
  summary: 'have the last good version of a plugin that does not load go on no longer',
  words: 'NN.name ...',
  about: [],
  options: directoryOptions,
  statuses: doneOrNot,
} as const satisfies Command;
