import { ServiceNode } from '../service-node.ts';
import { type Situation, situationsOf } from './situation.ts';
import type { StockRelease } from './stock-release.ts';

interface Plan {
  /** Lines that testparm prints of [global]. */
  readonly global?: readonly string[];
  /** The paths of shares, below the node's root if they do not begin with a slash; those in quotes as they are. */
  readonly shares?: readonly string[];
  readonly options?: readonly string[];
  /** Text of files below the node's root. */
  readonly files?: Readonly<Record<string, string>>;
  /** CTDB_INIT_STYLE and the like. */
  readonly listening?: string;
}

const ports = ['smb ports = 445 139'];

function sambaNode({
  global = ports,
  shares = ['srv/data'],
  options = [],
  files = {},
  listening,
}: Plan): ServiceNode {
  const node = new ServiceNode('50.samba');
  node.makeDirectory('srv/data');
  const sections = shares.map(
    (path, index) => `\n[share${index}]\n\tcomment = one\n\tpath = ${placed(path, node)}\n`,
  );
  const settings = ['# Global parameters\n[global]', ...global.map((line) => `\t${line}`)];
  node.plant(
    'state/settings',
    [...settings, '\tregistry shares = No', '\tinclude = /x', ...sections].join('\n'),
  );
  node.plant('state/listening', listening ?? '445\n139\n');
  node.plant('state/ifaces', 'eth1\neth0\n');
  node.plant('base/public_addresses', '10.0.0.1/24 eth0\n');
  node.options(...options.map((line) => line.replaceAll('NODE', node.path(''))));
  for (const [name, text] of Object.entries(files)) node.plant(name, text);
  return node;
}

const placed = (path: string, node: ServiceNode): string => (/^["/]/.test(path) ? path : node.path(path));

const compared = situationsOf<Plan>(
  '50.samba',
  ['state/processes', 'var/service/samba/smb.conf.cache', 'interfaces.conf'],
  sambaNode,
);

/** Transports are what the newest script knows, and all of ours. */
const knowsNoTransports = (stock: StockRelease): boolean => !stock.scriptSays('50.samba', 'smb transports');
/** An option that a release does not know yet works with ours. */
const writesNoInterfaces = (stock: StockRelease): boolean =>
  !stock.scriptSays('50.samba', 'CTDB_SAMBA_INTERFACES_FILE');

export const sambaSituations: readonly Situation[] = [
  ...['init', 'startup', 'shutdown', 'monitor', 'ipreallocated', 'setup'].map((event) =>
    compared(event, {}, [[event, 'more']]),
  ),
  compared(
    'startup with smbd processes that survive',
    { files: { 'state/processes': 'smbd 101\n', 'state/stubborn': '' } },
    [['startup']],
  ),
  compared(
    'startup of a service that does not start',
    { files: { 'state/failing-services': 'smbd start\n' } },
    [['startup']],
  ),
  compared('startup of a service with another name', { options: ['CTDB_SERVICE_SMB=samba-ad-dc'] }, [
    ['startup'],
    ['shutdown'],
  ]),
  compared(
    'shutdown with processes that hang',
    {
      files: {
        'state/stubborn': '',
        'state/processes': 'smbd 101\nsmbd 102\n',
        'proc/101/stack': '[<0>] wait\n',
        'proc/102/stack': '',
      },
    },
    [['shutdown']],
  ),
  compared(
    'startup with CTDB_SAMBA_INTERFACES_FILE',
    {
      options: [
        'CTDB_SAMBA_INTERFACES_FILE=NODEinterfaces.conf',
        `CTDB_SAMBA_INTERFACES_EXTRA='"eth7;options=dynamic" eth8'`,
      ],
    },
    [['startup']],
    { isBetter: writesNoInterfaces },
  ),
  compared('monitor with a port that nobody listens on', { listening: '445\n' }),
  compared('monitor with a first port that nobody listens on', { listening: '139\n' }),
  compared('monitor with a checktcpport that fails', { files: { 'state/checktcpport-fails': '' } }),
  compared('monitor without ports', { global: ['server role = standalone'] }),
  compared('monitor with CTDB_SAMBA_CHECK_PORTS', { options: ['CTDB_SAMBA_CHECK_PORTS="445 1445"'] }),
  compared(
    'monitor with CTDB_SAMBA_CHECK_PORTS of words that are no ports',
    { options: ['CTDB_SAMBA_CHECK_PORTS="quic"'] },
    undefined,
    { isBetter: knowsNoTransports },
  ),
  ...[
    'tcp, nbt',
    'tcp:445, nbt:1139',
    'tcp, nbt, quic',
    'quic',
    'quic:443',
    'nbt',
    'tcp:1445,nbt',
    '445, 139',
  ].map((transports) =>
    compared(
      `monitor with server smb transports = ${transports}`,
      { global: [`server smb transports = ${transports}`] },
      undefined,
      { isBetter: knowsNoTransports },
    ),
  ),
  ...['tcp', 'nbt tcp', 'tcp:1445', 'quic nbt', 'tcp,quic'].map((transports) =>
    compared(
      `monitor with CTDB_SAMBA_CHECK_PORTS=${transports}`,
      { options: [`CTDB_SAMBA_CHECK_PORTS='${transports}'`] },
      undefined,
      { isBetter: knowsNoTransports },
    ),
  ),
  compared('monitor with a share that is missing', { shares: ['srv/data', 'srv/gone', 'srv/gone2'] }),
  compared('monitor with shares of all kinds', { shares: ['srv/data', '/srv/%U', '"/srv/in quotes"'] }),
  compared('monitor with a share that is a file', { shares: ['etc/os-release'] }),
  compared('monitor with a missing share that is skipped', {
    shares: ['srv/gone'],
    options: ['CTDB_SAMBA_SKIP_SHARE_CHECK=yes'],
  }),
  compared('monitor with a testparm that fails', { files: { 'state/testparm-fails': 'no smb.conf\n' } }),
  compared('monitor with a testparm that hangs', { files: { 'state/testparm-hangs': '' } }),
  compared(
    'monitor with a testparm that fails, and an old cache',
    {
      files: {
        'state/testparm-fails': 'no smb.conf\n',
        'var/service/samba/smb.conf.cache': '[global]\n\tsmb ports = 445\n',
      },
    },
    undefined,
    { isBetter: knowsNoTransports },
  ),
  compared('monitor with a testparm that hangs, and an old cache', {
    files: {
      'state/testparm-hangs': '',
      'var/service/samba/smb.conf.cache': '[global]\n\tsmb ports = 445 1445\n',
    },
  }),
  ...[
    'ID=debian',
    'ID=ubuntu',
    'ID=fedora',
    'ID=sles',
    'ID=arch',
    'ID=other\nID_LIKE="rhel fedora"',
    'NAME=none',
  ].map((text) =>
    compared(
      `startup where os-release says ${text.replace('\n', ', ')}`,
      { files: { 'etc/os-release': `${text}\n` } },
      [['startup']],
      // Up to CTDB 4.24 a script says nothing of an os-release without an ID.
      { onlyOursSays: /^WARNING: unknown platform$/, onlyStockSays: /^WARNING: unknown platform$/ },
    ),
  ),
];
