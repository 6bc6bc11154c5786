import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const afterStop = {
  summary: 'take off the public addresses that a killed ctdbd has left, for ctdb.service',
  about: [
    '"switch on" has systemd call this after ctdbd has ended, in whatever way. While a ctdbd listens, it takes off none.',
  ],
  statuses: doneOrNot,
} as const satisfies Command;
