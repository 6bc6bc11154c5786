import type { Command } from './command.ts';

export const timeline = {
  summary: 'show a takeover as one story, of one node or of several',
  words: '[NODE-HISTORY ...]',
  about: [
    'It shows what ran when: how long each event waited, each plugin and script, connections, deferred work, and what ctdbd said beside, ' +
      'where its log can be read. By default it is the last takeover of this node: addresses that moved together.',
    'A NODE-HISTORY is a file that "ctdb-hook history --export" made on a node, what "onnode all ctdb-hook history --export -" ' +
      'printed, or a copy of the directory of a history. NAME=PATH gives the node that name. Without one it is the history of this node.',
    'Times are those of the clock of each node. How these differ is shown, and --align shifts them.',
  ],
  options: {
    run: { type: 'string', value: 'N', what: 'the last takeover but N-1; 1, the last, by default' },
    list: { type: 'boolean', default: false, what: 'show which takeovers there are, with their numbers' },
    since: { type: 'string', value: 'TIME', what: 'all from then on, in place of a takeover' },
    until: { type: 'string', value: 'TIME', what: 'up to then' },
    align: {
      type: 'boolean',
      default: false,
      what: 'shift the nodes to one clock, by what ctdbd asked all of them for',
    },
    all: { type: 'boolean', default: false, what: 'a line for each run, also where many are alike' },
    html: { type: 'string', value: 'FILE', what: 'write a page for a browser, which needs nothing else' },
    trace: { type: 'string', value: 'FILE', what: "write it in the JSON of Chrome's traces, for Perfetto" },
  },
  statuses: {
    0: 'done',
    1: 'there is no takeover or no history, or something of it cannot be read',
  },
  examples: [
    'ctdb-hook timeline',
    'ctdb-hook timeline --list',
    'ctdb-hook timeline --since 03:00 --until 03:10 --html failover.html',
    'ctdb-hook timeline node1.history node2.history node3.history',
  ],
} as const satisfies Command;
