import type { Command } from './command.ts';
import { doneOrNot, dryRunOption } from './common-options.ts';

export const install = {
  summary: 'have this node run plugins: all that is to be done once ctdb-hook is on its disk',
  about: [
    "Built-in plugins are enabled in the place of CTDB's scripts, and ctdbd starts the event daemon of ctdb-hook from the next start of " +
      "ctdb on. Nothing is restarted unless --restart is given. With --links, CTDB's own event daemon goes on, and runs plugins at once " +
      'through links NN.name.script. A tarball is made reachable, too: by a link beside the folder of its version, and the command in ' +
      '/usr/local/bin.',
    'It can be given again at any time, also to go from one way to the other. If a step fails, those before it are undone. "uninstall" ' +
      'has everything as it was.',
  ],
  options: {
    ...dryRunOption,
    plugins: {
      type: 'string',
      value: 'NN.name,...',
      what: 'which built-in plugins are enabled; by default those whose scripts are; none with an empty word',
    },
    links: { type: 'boolean', default: false, what: "by links under CTDB's own event daemon" },
    restart: { type: 'boolean', default: false, what: 'restart ctdb if that is due' },
  },
  statuses: doneOrNot,
  examples: [
    'ctdb-hook install --dry-run',
    'ctdb-hook install',
    'ctdb-hook install --links --plugins 10.interface',
  ],
} as const satisfies Command;
