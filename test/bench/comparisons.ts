/** What is measured, and what of it is compared. */
export interface Comparison {
  /** What the table calls it. */
  readonly what: string;
  readonly hook: Case;
  /** The same by CTDB's own script, if it has one. */
  readonly stock?: Case;
  /** Whether hardly anything happens but the start of a process. */
  readonly isStart: boolean;
}

/** Everything that is measured. */
export type Case =
  | 'sh'
  | 'node'
  | 'monitor'
  | 'stock monitor'
  | 'monitor, alone'
  | 'monitor, first'
  | 'monitor of 70.web'
  | 'monitor, 20 addresses'
  | 'stock monitor, 20 addresses'
  | 'monitor, 10 interfaces'
  | 'stock monitor, 10 interfaces'
  | 'not handled'
  | 'stock not handled'
  | 'move'
  | 'stock move'
  | 'move, alone'
  | 'move, connections'
  | 'stock move, connections'
  | 'move, 60.nfs'
  | 'stock move, 60.nfs'
  | 'run monitor'
  | 'run monitor, alone'
  | 'stock monitor, beside run';

/** How many connections an address has that is moved with connections. */
export const connectionCount = 10;

/** How many public addresses a node has whose `monitor` is measured. */
export const addressCount = 20;

/** A node with more of everything. */
export const crowd = { ifaces: 10, addresses: addressCount, connections: 100 } as const;

/** The rows of the table. To move an address is to take it and to release it. */
export const comparisons: readonly Comparison[] = [
  {
    what: '50.samba at `takeip`, which it does not handle',
    hook: 'not handled',
    stock: 'stock not handled',
    isStart: true,
  },
  {
    what: '10.interface at `monitor`, without public addresses',
    hook: 'monitor',
    stock: 'stock monitor',
    isStart: true,
  },
  {
    what: 'the same, in a process of its own',
    hook: 'monitor, alone',
    stock: 'stock monitor',
    isStart: true,
  },
  {
    what: 'the same, as the first event, which leaves the host behind',
    hook: 'monitor, first',
    stock: 'stock monitor',
    isStart: true,
  },
  {
    what: `10.interface at \`monitor\`, with ${addressCount} addresses on one interface`,
    hook: 'monitor, 20 addresses',
    stock: 'stock monitor, 20 addresses',
    isStart: false,
  },
  {
    what: `10.interface at \`monitor\`, ${crowd.ifaces} interfaces, ${crowd.addresses} addresses, ${crowd.connections} connections`,
    hook: 'monitor, 10 interfaces',
    stock: 'stock monitor, 10 interfaces',
    isStart: false,
  },
  {
    what: '70.web.ts of plugins/README.md at `monitor`, without its check',
    hook: 'monitor of 70.web',
    isStart: true,
  },
  { what: '10.interface moves an address', hook: 'move', stock: 'stock move', isStart: false },
  { what: 'the same, in a process of its own', hook: 'move, alone', stock: 'stock move', isStart: false },
  {
    what: `10.interface moves an address with ${connectionCount} connections`,
    hook: 'move, connections',
    stock: 'stock move, connections',
    isStart: false,
  },
  {
    what: '60.nfs, while an address moves',
    hook: 'move, 60.nfs',
    stock: 'stock move, 60.nfs',
    isStart: false,
  },
  {
    what: '`ctdb-hook run monitor`, of 10.interface alone',
    hook: 'run monitor',
    stock: 'stock monitor, beside run',
    isStart: true,
  },
  {
    what: 'the same, in a process of its own',
    hook: 'run monitor, alone',
    stock: 'stock monitor, beside run',
    isStart: true,
  },
];
