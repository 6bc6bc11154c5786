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
  | 'monitor of 70.web'
  | 'not handled'
  | 'stock not handled'
  | 'move'
  | 'stock move'
  | 'move, ss -K'
  | 'move, ctdb_killtcp'
  | 'stock move, ctdb_killtcp'
  | 'move, 60.nfs'
  | 'stock move, 60.nfs';

/** How many connections an address has that is moved with connections. */
export const connectionCount = 10;

const withConnections = `10.interface moves an address with ${connectionCount} connections`;

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
    what: '70.web.ts of plugins/README.md at `monitor`, without its check',
    hook: 'monitor of 70.web',
    isStart: true,
  },
  { what: '10.interface moves an address', hook: 'move', stock: 'stock move', isStart: false },
  {
    what: `${withConnections}, killed by ctdb_killtcp`,
    hook: 'move, ctdb_killtcp',
    stock: 'stock move, ctdb_killtcp',
    isStart: false,
  },
  {
    what: `${withConnections}, killed by \`ss -K\``,
    hook: 'move, ss -K',
    stock: 'stock move, ctdb_killtcp',
    isStart: false,
  },
  {
    what: '60.nfs, while an address moves',
    hook: 'move, 60.nfs',
    stock: 'stock move, 60.nfs',
    isStart: false,
  },
];
