import type { Command } from './command.ts';
import { doneOrNot } from './common-options.ts';

export const newPlugin = {
  summary: 'write a plugin with its options file, its test and the project around it',
  words: '[NN.name] [DIR]',
  about: [
    'Writes NN.name.ts, NN.name.options and NN.name.test.ts into DIR, by default the current directory, and package.json, tsconfig.json and ' +
      'README.md where they are not there. It asks nothing, needs no network, and prints the three commands that come next.',
    'With --from, the name is by default that of the script. Nothing of it runs. An event whose handler lacks lines of the script fails, ' +
      'and says how many they are, until they are translated.',
    'The tests run at once, on the Node that came with ctdb-hook ("ctdb-hook node --test"), and need no node_modules. Types are checked by ' +
      'TypeScript, which does not come with ctdb-hook: "npm install" fetches it, and editors bring their own.',
  ],
  options: {
    from: {
      type: 'string',
      value: 'SCRIPT',
      what: 'propose handlers, options and commands by what an event script does; what is not understood stands beside as comments',
    },
    force: { type: 'boolean', default: false, what: 'write over files that are there' },
  },
  statuses: doneOrNot,
  examples: [
    'ctdb-hook new 70.web',
    'ctdb-hook new 70.web web',
    'ctdb-hook new --from /usr/share/ctdb/events/legacy/40.vsftpd.script',
  ],
} as const satisfies Command;
