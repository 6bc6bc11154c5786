import { eventNames } from '../events/events.ts';
import type { Command } from './command.ts';

export const tryPlugin = {
  summary: 'run a plugin through the life of a node in throwaway namespaces, with a client',
  words: 'PLUGIN [EVENT ...]',
  about: [
    'Makes a node with two public addresses beside 10.interface, raises the events, or all of the life of a node from init to shutdown, and shows each ' +
      'with what the plugin said and did. A client on another network namespace connects to each address that comes, and it is shown what happens ' +
      'to its connection. Addresses of takeip, releaseip and updateip are chosen.',
    'The network is real. Programs and files are those of this machine; what is written is gone afterwards. service, systemctl and ctdb are stand-ins ' +
      'that note what they are told; while a service runs there is a process of its name. No CTDB is needed.',
    'It needs user namespaces, or root.',
  ],
  options: {
    watch: {
      type: 'boolean',
      default: false,
      what: 'run it again whenever a file of the plugin is saved, until Ctrl-C',
    },
    keep: {
      type: 'boolean',
      default: false,
      what: 'after a failure, keep the node until Ctrl-C, and show how to look around in it',
    },
    timeout: { type: 'string', value: 'SECONDS', default: '20', what: 'deadline of each event' },
  },
  choices: eventNames,
  statuses: {
    0: 'all went as it had to; with `--watch`: ended by Ctrl-C',
    1: 'it did not, or it cannot be tried here',
  },
  examples: [
    'ctdb-hook try 70.web.ts',
    'ctdb-hook try 70.web.ts takeip ipreallocated monitor',
    'ctdb-hook try --watch 70.web.ts',
  ],
} as const satisfies Command;
