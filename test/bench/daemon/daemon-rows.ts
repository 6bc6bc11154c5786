import { connectionCounts } from './daemon-moves.ts';
import { entriesCount } from './daemon-cases.ts';

/** A row of the daemon's table and of the chart: names of samples. */
export interface DaemonRow {
  readonly what: string;
  readonly ours: string;
  readonly stock: string;
  /** What it is compared with, where that is not CTDB's own event daemon. */
  readonly with?: string;
}

const { many, most } = connectionCounts;

/** What is compared under the event daemons. */
export const daemonRows: readonly DaemonRow[] = [
  {
    what: `an event at which nothing happens, ${entriesCount} plugins (CTDB: ${entriesCount} scripts \`exit 0\`)`,
    ours: 'noop, plugins',
    stock: 'noop, stock',
  },
  { what: `the same ${entriesCount} scripts`, ours: 'noop, scripts', stock: 'noop, stock' },
  { what: '`takeip`', ours: 'daemon takeip', stock: 'stock daemon takeip' },
  {
    what: '`releaseip`, no connections',
    ours: 'daemon releaseip',
    stock: 'stock daemon releaseip',
  },
  {
    what: `\`releaseip\`, ${many} connections`,
    ours: 'daemon releaseip, connections',
    stock: 'stock daemon releaseip, connections',
  },
  { what: `\`releaseip\`, ${most} connections`, ours: 'kill, daemon', stock: 'kill, ctdb_killtcp' },
  {
    what: `the same, and \`ss -K\` alone`,
    ours: 'kill, daemon',
    stock: 'kill, ss -K',
    with: '`ss -K`',
  },
];
