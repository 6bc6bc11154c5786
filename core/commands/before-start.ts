import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const beforeStart = {
  summary: 'prepare the start of ctdbd, for ctdb.service',
  about: [
    '"switch on" has systemd call this before ctdbd starts. It makes the switch again if an update has undone it, and the directory in which ' +
      'ctdbd listens.',
  ],
  statuses: doneOrNot,
} as const satisfies Command;
