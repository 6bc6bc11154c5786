import type { Command } from './command.ts';
import { doneOrNot, dryRunOption } from './common-options.ts';

export const uninstall = {
  summary: 'have everything on this node as it was before install',
  about: [
    "CTDB's own event daemon and scripts are in their places again, with their modes and owners, and links to built-in plugins are gone. " +
      'The files of ctdb-hook itself stay, and so do plugins of your own and the history.',
    'It does nothing while ctdbd runs the event daemon of ctdb-hook, and says how to switch back first: the addresses of this node move ' +
      'to others while ctdb restarts.',
  ],
  options: {
    ...dryRunOption,
    purge: { type: 'boolean', default: false, what: 'remove the history, too' },
  },
  statuses: doneOrNot,
  examples: ['ctdb-hook switch off --restart', 'ctdb-hook uninstall'],
} as const satisfies Command;
