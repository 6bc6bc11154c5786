/** The variables that ctdb-hook reads, with what each does. bin/README.md has the same. */
export const environmentVariables: readonly (readonly [string, string])[] = [
  ['CTDB_HOOK_HISTORY_DAYS', 'how many days of history are kept: 30 if not set, none with 0'],
  ['CTDB_HOOK_HISTORY_MIB', 'how many MiB of history are kept: 64 if not set, none with 0'],
  ['CTDB_HOOK_METRICS_FILE', 'a file that ends with .prom, in which metrics are published'],
  ['CTDB_HOOK_METRICS_SOCKET', 'a unix socket on which metrics are published'],
  [
    'CTDB_HOOK_NETWORK',
    'netlink or commands: what changes the network. If not set: netlink where that works; a process of a single event uses commands',
  ],
  ['CTDB_HOOK_RCU_EXPEDITED', 'no leaves /sys/kernel/rcu_expedited alone'],
  ['CTDB_HOOK_RESIDENT', 'no: no resident host, so that each event of a link is a process of its own'],
  ['CTDB_HOOK_RELEASE', '4.22, for example, makes ctdb-hook behave as under that release of CTDB'],
  [
    'CTDB_HOOK_SPAWN',
    'koffi or execa: which library starts commands. If not set: koffi, which is faster, where it loads',
  ],
  [
    'CTDB_HOOK_STOCK_EVENTS',
    "all: CTDB's own scripts are started at all events, also at those that they do not handle",
  ],
  [
    'CTDB_HOOK_TIMEOUT',
    'seconds that an event of a link or of ctdb-hook run may take; 20 if not set, 0 for no limit',
  ],
  ['CTDB_BASE, CTDB_HELPER_BINDIR ...', "CTDB's own, with the same meaning"],
  [
    'CTDB_TEST_MODE',
    "with CTDB_BASE: everything is below that directory, and nothing of this machine's CTDB is touched",
  ],
];
