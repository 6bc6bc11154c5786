import { nfsNode } from '../nfs-node.ts';
import type { ServiceNode } from '../service-node.ts';
import { type Situation, situationsOf } from './situation.ts';
import type { StockRelease } from './stock-release.ts';

interface Plan {
  readonly options?: readonly string[];
  /** Text of files below the node's root. */
  readonly files?: Readonly<Record<string, string>>;
  /** Check files. */
  readonly checks?: Readonly<Record<string, string>>;
  /** Directories that the callout says are shared. */
  readonly shares?: readonly string[];
  /** Where there is a statd helper. */
  readonly statd?: boolean;
  readonly operations?: string;
}

function planned(
  { options = [], files = {}, checks = {}, shares = [], statd = false, operations }: Plan,
  stock: StockRelease,
): ServiceNode {
  const node = nfsNode();
  node.makeDirectory('srv/data');
  node.plant('state/shares', shares.map((path) => `${path.replace('NODE/', node.path(''))}\n`).join(''));
  if (operations !== undefined) node.plant('state/operations', operations);
  if (statd) {
    const isNew = stock.scriptSays('60.nfs', 'statd_callout_helper');
    node.plantStub(isNew ? 'helpers/statd_callout_helper' : 'base/statd-callout', 'statd-helper');
  }
  for (const [name, text] of Object.entries(checks)) node.plant(`base/nfs-checks.d/${name}`, text);
  node.options(...options.map((line) => line.replaceAll('NODE/', node.path(''))));
  for (const [name, text] of Object.entries(files)) node.plant(name, text);
  return node;
}

const compared = situationsOf<Plan>(
  '60.nfs',
  ['state/calls', 'state/addtickle', 'state/deltickle', 'state/environment', 'log'],
  planned,
);

const take = ['takeip', 'eth0', '10.0.0.1', '24'];
const release = ['releaseip', 'eth0', '10.0.0.1', '24'];
const settle = ['ipreallocated'];
const monitors = (times: number) => Array.from({ length: times }, () => ['monitor']);
const down = { 'state/rpc-down': 'tcp nfs 3\n' };
const hung = { 'state/rpc-hung': 'tcp nfs 3\n' };
const restarting = [
  'version="3"',
  'service_stop_cmd="$CTDB_NFS_CALLOUT stop nfs"',
  'service_start_cmd="$CTDB_NFS_CALLOUT start nfs"',
  'service_debug_cmd="program_stack_traces nfsd 5"',
];
const check = (...lines: readonly string[]) => ({ '20.nfs.check': [...lines, ''].join('\n') });
const serving = {
  'state/public-ips': '10.0.0.1 1\n10.0.0.2 0\n',
  'var/my-public-ip-addresses': '10.0.0.1\n',
  'state/connections': '10.0.0.1:2049 10.1.1.1:700\n10.0.0.1:445 10.1.1.2:50000\n',
  'state/tickles': '10.1.1.9 900 10.0.0.1 2049\n10.1.1.8 800 10.0.0.1 445\n',
};

const configured = {
  checks: check('service_check_cmd="echo $MINE; false"'),
  files: { 'etc/default/nfs': 'MINE=nfs\n', 'etc/default/nfs-kernel-server': 'MINE=debian\n' },
};

/** ctdbd of the same release does not raise it. */
const raisesNoStartipreallocate = (stock: StockRelease): boolean =>
  !stock.scriptSays('60.nfs', 'startipreallocate');

/** Statistics are taken on every release. */
const knowsNoStatistics = (stock: StockRelease): boolean => !stock.scriptSays('60.nfs', 'service_stats_cmd');

export const nfsSituations: readonly Situation[] = [
  ...[
    'init',
    'startup',
    'shutdown',
    'monitor',
    'ipreallocated',
    'startipreallocate',
    'setup',
    'recovered',
  ].flatMap((event) =>
    [true, false].map((statd) =>
      compared(
        `${event} ${statd ? 'with' : 'without'} a statd helper`,
        { statd, files: { 'state/callout-talks': '' } },
        [[event]],
        event === 'startipreallocate' ? { isBetter: raisesNoStartipreallocate } : {},
      ),
    ),
  ),
  compared('takeip, releaseip, ipreallocated', { statd: true, files: { 'state/callout-talks': '' } }, [
    ['startup'],
    take,
    settle,
    release,
    settle,
    settle,
  ]),
  compared('takeip whose callout fails', { statd: true, files: { 'state/failing-operations': 'takeip\n' } }, [
    take,
    settle,
  ]),
  compared(
    'releaseip whose callout fails',
    { statd: true, files: { 'state/failing-operations': 'releaseip\n' } },
    [release, settle],
  ),
  compared('updateip', { statd: true }, [['updateip', 'eth0', 'eth1', '10.0.0.1', '24'], settle]),
  compared('takeip without arguments', {}, [['takeip'], settle]),
  ...['startup', 'shutdown', 'monitor-pre', 'monitor-post', 'monitor-list-shares'].map((operation) =>
    compared(
      `a callout that fails at ${operation}`,
      { files: { 'state/failing-operations': `${operation}\n` } },
      [['startup'], ['monitor'], ['shutdown']],
    ),
  ),
  compared('a callout that wants little', { operations: 'shutdown\nmonitor-post\n' }, [
    ['startup'],
    take,
    release,
    settle,
    ['monitor'],
    ['shutdown'],
  ]),
  compared(
    "what the callout's environment has",
    {
      files: { 'state/environment-wanted': '' },
      options: [
        'CTDB_NFS_SHARED_STATE_DIR=/a',
        'CTDB_NFS_STATE_FS_TYPE=b',
        'CTDB_NFS_STATE_MNT=/c',
        'CTDB_NFS_EXPORTS_FILE=/d',
      ],
    },
    [['startup']],
    { files: [] },
  ),
  compared('monitor with shares', {
    shares: ['NODE/srv/data', '/srv/%U', 'NODE/srv/gone', 'NODE/srv/gone2'],
  }),
  compared('monitor with shares that are skipped', {
    shares: ['NODE/srv/gone'],
    options: ['CTDB_NFS_SKIP_SHARE_CHECK=yes'],
  }),
  compared('monitor with connections to NFS and others', { files: serving }),
  compared('monitor with checks of all kinds', {
    checks: {
      '00.portmapper.check': 'unhealthy_after=1\n',
      ...check('version="3 4"', 'family="tcp udp"'),
      '30.nlockmgr.check~': 'nonsense\n',
      'x.check': 'nonsense\n',
    },
  }),
  compared(
    'a check that never succeeded',
    { checks: check('version=3', 'unhealthy_after=2'), files: down },
    monitors(3),
  ),
  compared(
    'a check that never succeeded and restarts',
    { checks: check(...restarting, 'restart_every=2', 'unhealthy_after=3'), files: down },
    monitors(5),
  ),
  compared(
    'a check that never succeeded and is never unhealthy',
    { checks: check(...restarting, 'restart_every=2', 'unhealthy_after=0'), files: down },
    monitors(4),
  ),
  compared(
    'a check by default that never succeeded',
    { checks: check('version=3'), files: down },
    monitors(2),
  ),
  compared('a check that timed out', { checks: check('version=3'), files: hung }, monitors(2)),
  compared(
    'a check that restarts without a command to start',
    { checks: check('version=3', 'restart_every=1', 'service_stop_cmd=true'), files: down },
    monitors(2),
  ),
  compared('a check with an unknown variable', { checks: check('version=3', 'unhealthy=2') }),
  compared('checks of which the first fails', {
    checks: { ...check('version=3'), '30.mountd.check': 'version=3\n' },
    files: down,
  }),
  compared('a check command', { checks: check('service_check_cmd="echo seen; false"') }, monitors(2)),
  compared(
    'a check command with statistics',
    { checks: check('version=3', 'service_stats_cmd="date +%N"'), files: hung },
    monitors(2),
    { isBetter: knowsNoStatistics },
  ),
  compared('checks in another directory', {
    options: ['CTDB_NFS_CHECKS_DIR=NODE/elsewhere'],
    files: { ...down, 'elsewhere/20.nfs.check': 'version=3\n' },
  }),
  compared("the system's own configuration", configured),
  compared("the system's own configuration where there is nfsconf", configured, undefined, {
    make: (stock) => withNfsconf(planned(configured, stock)),
  }),
];

function withNfsconf(node: ServiceNode): ServiceNode {
  node.plantExecutable('stubs/nfsconf', '#!/bin/sh\nexit 1\n');
  return node;
}
