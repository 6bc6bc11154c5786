import type { Command } from './command.ts';

export const node = {
  summary: 'run the Node that came with ctdb-hook',
  words: '[ARG ...]',
  about: ['All words are for Node, as for the tests of plugins: "ctdb-hook node --test".'],
  statuses: { 0: 'that of Node' },
} as const satisfies Command;
