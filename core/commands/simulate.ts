import type { Command } from './command.ts';

export const simulate = {
  summary: 'run plugins in a simulated cluster in which things go wrong',
  words: '[DIRECTORY]',
  about: [
    "Without DIRECTORY it takes CTDB's event directory of this node. Nodes come and go, handlers throw, hang, are late and are killed, and what " +
      'they ask for fails. After each event it looks whether everything is as it must be. Nothing on this machine is changed: the kernel, ' +
      'services, commands, files, ctdb and time are those of ctdb-hook/testing. Plugins, options and ledger are the real ones.',
    'What plugins need of the world beside CTDB says a module: its default export gets each node when it is switched on, as a test of the plugin does.',
    'A seed gives the same run again. A scenario that fails is made as small as possible, and printed; --scenario runs it again.',
    'Scripts are left out, and plugins that reach this machine past their context. It says so of each.',
  ],
  options: {
    nodes: { type: 'string', default: '3', value: 'N', what: 'how many nodes, 1 to 32' },
    addresses: { type: 'string', default: '6', value: 'N', what: 'how many public addresses, 1 to 256' },
    takeovers: {
      type: 'string',
      default: '200',
      value: 'N',
      what: 'how many times something happens because of which addresses move, 1 to 100000',
    },
    release: {
      type: 'string',
      value: 'RELEASE',
      what: 'the release of CTDB, such as 4.17, for the order of events and what plugins do; the newest that is known by default',
    },
    seed: {
      type: 'string',
      value: 'N',
      what: 'chooses what happens, 0 to 4294967295; another one each time by default',
    },
    faults: {
      type: 'string',
      value: 'LIST',
      what: 'what may go wrong in handlers, with commas; all by default, "none" if only nodes come and go',
    },
    scenario: { type: 'string', value: 'FILE', what: 'run this scenario and no other' },
    prepare: { type: 'string', value: 'FILE', what: 'the module that says what else there is on a node' },
    without: { type: 'string', value: 'LIST', what: 'invariants that are not looked at, with commas' },
    json: { type: 'boolean', default: false, what: 'as JSON' },
  },
  statuses: {
    0: 'everything held',
    1: 'something did not: it says what, and prints the scenario',
    2: 'the command line, the scenario or --prepare cannot be understood',
    3: 'nobody can tell, and why: something does not load, or asks for what is not said',
  },
  usageStatus: 2,
  examples: [
    'ctdb-hook simulate',
    'ctdb-hook simulate ./plugins --nodes 5 --takeovers 1000 --release 4.17 --seed 1',
  ],
} as const satisfies Command;
