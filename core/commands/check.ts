import type { Command } from './command.ts';

export const check = {
  summary: 'check a configuration directory of CTDB before it is live',
  words: '[DIRECTORY]',
  about: [
    'Without DIRECTORY it checks that of this node, and the machine: what is right on a node that runs stays without a word. ' +
      'With DIRECTORY, which is to become /etc/ctdb, it looks at files only, and works on any machine.',
    'Every plugin is loaded, in a process of its own, and its types are checked where there is a TypeScript beside it. A rule that cannot ' +
      'be applied says why.',
    'An error keeps something from working. A warning is most likely a mistake. A note changes no exit status.',
  ],
  options: {
    json: { type: 'boolean', default: false, what: 'as JSON, with the rules that were applied' },
    strict: { type: 'boolean', default: false, what: 'end with 2 for warnings as well' },
  },
  statuses: {
    0: 'nothing is wrong',
    1: 'there are warnings',
    2: 'there are errors, or with --strict warnings, or it was not checked',
  },
  usageStatus: 2,
  examples: ['ctdb-hook check', 'ctdb-hook check ./etc-ctdb --strict'],
} as const satisfies Command;
