import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const newPlugin = {
  summary: 'write a plugin with its options file, its test and the project around it',
  words: 'NN.name [DIR]',
  about: [
    'Writes NN.name.ts, NN.name.options and NN.name.test.ts into DIR, by default the current directory, and package.json, tsconfig.json and ' +
      'README.md where they are not there. It asks nothing, needs no network, and prints the three commands that come next.',
    'The tests run at once, on the Node that came with ctdb-hook ("ctdb-hook node --test"), and need no node_modules. Types are checked by ' +
      'TypeScript, which does not come with ctdb-hook: "npm install" fetches it, and editors bring their own.',
  ],
  options: {
    force: { type: 'boolean', default: false, what: 'write over files that are there' },
  },
  statuses: doneOrNot,
  examples: ['ctdb-hook new 70.web', 'ctdb-hook new 70.web web'],
} as const satisfies Command;
