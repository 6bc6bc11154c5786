import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const load = {
  summary: 'load a plugin, for list',
  words: 'NN.name PATH',
  about: [],
  statuses: doneOrNot,
  isInternal: true,
} as const satisfies Command;
