import { entriesCount, rowCount } from './daemon-cases.ts';
import { connectionCounts, togetherCount } from './daemon-moves.ts';

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
    what: `an event at which nothing happens, ${entriesCount} plugins (CTDB: ${entriesCount} scripts \`exit 0\`), one of ${rowCount} in a row`,
    ours: 'noop, plugins',
    stock: 'noop, stock',
  },
  { what: `the same ${entriesCount} scripts`, ours: 'noop, scripts', stock: 'noop, stock' },
  {
    what: 'the first, after a pause: plugins',
    ours: 'noop after a pause, plugins',
    stock: 'noop after a pause, stock',
  },
  {
    what: `\`takeip\`, each of ${togetherCount} at once`,
    ours: 'daemon takeip together',
    stock: 'stock daemon takeip together',
  },
  {
    what: `\`releaseip\`, each of ${togetherCount} at once, no connections`,
    ours: 'daemon releaseip together',
    stock: 'stock daemon releaseip together',
  },
  { what: '`takeip`, after a pause', ours: 'daemon takeip', stock: 'stock daemon takeip' },
  {
    what: '`releaseip`, after a pause, no connections',
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
