import { rmSync } from 'node:fs';
import { interfaceNode } from '../../plugins/10.interface.node.ts';
import type { StubNode } from '../stub-node.ts';
import type { Situation } from './situation.ts';
import type { StockRelease } from './stock-release.ts';

const files = [
  'proc',
  'state/addresses',
  'state/rules',
  'state/links-told',
  'state/addtickle',
  'state/deltickle',
  'state/tickle',
  'state/killtcp-input',
  'state/connections',
  'var/scripts/my-public-ip-addresses',
];

type Options = Readonly<Record<string, string>>;

interface Plan {
  readonly options?: Options;
  /** Lines of the stubs' state. */
  readonly state?: Readonly<Record<string, readonly string[]>>;
  /** Lines of files below the node's root. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
}

function planned({ options = {}, state = {}, files: planted = {} }: Plan): StubNode {
  const node = interfaceNode(options);
  node.write('proc/sys/net/ipv4/conf/all/arp_filter', '0');
  for (const family of ['ipv4', 'ipv6']) node.write(`proc/sys/net/${family}/route/flush`, '0');
  node.write('sysetc/os-release', 'ID=debian');
  node.write('var/scripts/.made-by-00.ctdb');
  for (const [name, lines] of Object.entries(state)) node.set(name, ...lines);
  for (const [name, lines] of Object.entries(planted)) node.write(name, ...lines);
  return node;
}

/** Nothing failed where nothing was to be deleted or tickled; and an address should be where CTDB has it. */
const differences = {
  onlyStockSays: /^(?:Failed to del \S+ on dev \S+|Tickle TCP connection {2})$/,
  onlyOursSays: /^WARNING: Public IP \S+ is on /,
} as const;

/** Files that ours leaves otherwise: an address takes no others of its subnet along, and a block is lifted in any case. */
const leftOut: Readonly<Record<string, string>> = {
  'takeip of IPv6 that somebody else has': 'proc',
  'updateip to an interface that is not there': 'state/rules',
  // IPv6 has no secondary addresses that it would promote.
  'releaseip of IPv6': 'proc',
  // Proc knows no altnames.
  'releaseip by an altname': 'proc',
  // The script of 4.25 means to give the mask that ctdbd names, and gives the old one.
  'updateip of an address with another mask': 'state/addresses',
};

const compared = (
  title: string,
  plan: Plan,
  events: readonly (readonly string[])[],
  isBetter?: (release: StockRelease) => boolean,
): Situation => ({
  plugin: '10.interface',
  title,
  make: () => planned(plan),
  events,
  files: files.filter((name) => name !== leftOut[title]),
  ...(/^(?:updateip|ipreallocated)/.test(title) ? differences : {}),
  ...(isBetter === undefined ? {} : { isBetter }),
});

/** Up to CTDB 4.17 the script says that it tickles a connection without ends. */
const ticklesNothing = (stock: StockRelease): boolean => !stock.functionsSay('[ -z "$_conns" ]');

/** In CTDB 4.13 the script takes the words of a comment for interfaces. */
const monitorsComments = (stock: StockRelease): boolean =>
  !stock.functionsSay("'/^#.*/d'") && !stock.scriptSays('10.interface', "'/^#.*/d'");

/** In CTDB 4.13 the script leaves the addresses at shutdown. */
const leavesAddresses = (stock: StockRelease): boolean => !stock.scriptSays('10.interface', 'shutdown)');

/** The script of 4.25 does not delete the address from the new interface first, and fails. */
const failsWhereItIs = (stock: StockRelease): boolean =>
  stock.scriptSays('10.interface', 'ip -brief addr show');

/** Up to CTDB 4.20 the script leaves the tickles to 60.nfs, which cares for its own port only. */
const leavesTickles = (stock: StockRelease): boolean => !stock.scriptSays('10.interface', 'update_tickles');

/** A node that serves no public addresses. */
function withoutAddresses(node: StubNode): StubNode {
  rmSync(node.path('etc/public_addresses'));
  return node;
}

const take = ['takeip', 'eth0', '10.0.0.1', '24'];
const release = ['releaseip', 'eth0', '10.0.0.1', '24'];
const move = ['updateip', 'eth0', 'eth1', '10.0.0.1', '24'];
const held = { addresses: ['eth0 10.0.0.1 24'] };
const connected = {
  ...held,
  connections: ['10.0.0.1:2049 10.1.1.1:700', '10.0.0.1:445 10.1.1.2:50000', '10.0.0.1:139 10.1.1.3:50001'],
};
const immortal = { ...connected, immortal: ['10.0.0.1:445 10.1.1.2:50000'] };
const serving = {
  'public-ips': ['10.0.0.1 1', '10.0.0.2 0'],
  connections: ['10.0.0.1:2049 10.1.1.1:700', '10.0.0.1:445 10.1.1.2:50000'],
  tickles: ['10.1.1.1 700 10.0.0.1 2049', '10.1.1.9 900 10.0.0.1 445'],
};
const list = { 'var/scripts/my-public-ip-addresses': ['10.0.0.1'] };

const bond = (...lines: readonly string[]) => ({
  state: { links: ['eth0@bond0', 'eth1'], carriers: ['eth1'] },
  files: { 'proc/net/bonding/bond0': lines },
});

export const interfaceSituations: readonly Situation[] = [
  ...['init', 'startup', 'monitor', 'shutdown', 'ipreallocated', 'recovered', 'setup', 'startrecovery'].map(
    (event) => compared(event, {}, [[event]]),
  ),
  ...['init', 'takeip', 'releaseip', 'updateip', 'monitor'].map((event) => ({
    ...compared(`${event} without public_addresses`, {}, [[event, 'one']]),
    make: () => withoutAddresses(planned({})),
  })),
  ...[[], ['eth0'], ['eth0', '10.0.0.1', '24', '25']].flatMap((argv) =>
    ['takeip', 'releaseip'].map((event) =>
      compared(`${event} with ${argv.length} arguments`, { state: held }, [[event, ...argv]]),
    ),
  ),
  compared('updateip with 3 arguments', { state: held }, [['updateip', 'eth0', '10.0.0.1', '24']]),
  ...['init', 'shutdown'].map((event) =>
    compared(
      `${event} with addresses still held, one of them elsewhere with another mask`,
      {
        state: { addresses: ['eth1 10.0.0.2 16', 'eth0 10.0.0.1 24', 'eth0 10.0.0.9 24'] },
        files: {
          'etc/public_addresses': ['10.0.0.1/24 eth0,eth1', '# a comment', '10.0.0.2/24 eth0'],
        },
      },
      [[event]],
      event === 'shutdown' ? leavesAddresses : undefined,
    ),
  ),
  compared(
    'init with an address that cannot be deleted',
    { state: { ...held, failures: ['ip addr del 10.0.0.1/24 dev eth0 => RTNETLINK answers: Nonsense'] } },
    [['init']],
  ),
  compared('takeip, then releaseip', {}, [take, release]),
  compared('takeip of an address that is there', { state: held }, [take]),
  compared('takeip on an interface that is not there', {}, [['takeip', 'eth7', '10.0.0.1', '24']]),
  compared(
    'takeip after a releaseip that was killed',
    { state: { rules: ['iptables INPUT -i eth0 -d 10.0.0.1 -j DROP'] } },
    [take],
  ),
  compared('takeip of IPv6', {}, [['takeip', 'eth0', 'fd00::1', '64']]),
  compared('takeip of IPv6 that somebody else has', { state: { 'new-address-flags': [' dadfailed'] } }, [
    ['takeip', 'eth0', 'fd00::1', '64'],
  ]),
  compared('releaseip', { state: held, files: list }, [release]),
  compared('releaseip with connections', { state: connected, files: list }, [release]),
  compared('releaseip with connections that are not killed', { state: immortal }, [release]),
  compared(
    'releaseip with a ctdb_killtcp that fails',
    { state: { ...connected, failures: ['ctdb_killtcp eth0 => no raw socket'] } },
    [release],
  ),
  compared('releaseip of an address on another interface', { state: { addresses: ['eth1 10.0.0.1 24'] } }, [
    release,
  ]),
  compared('releaseip of an address with another mask', { state: { addresses: ['eth0 10.0.0.1 16'] } }, [
    release,
  ]),
  compared('releaseip of an address on a VLAN', { state: { links: ['eth0@bond0', 'eth1'], ...held } }, [
    release,
  ]),
  compared('releaseip of an address that is nowhere', { files: list }, [release]),
  compared(
    'releaseip of an address that cannot be deleted',
    { state: { ...held, failures: ['ip addr del 10.0.0.1/24 dev eth0 => RTNETLINK answers: Nonsense'] } },
    [release],
  ),
  compared('releaseip of IPv6', { state: { addresses: ['eth0 fd00::1 64'] } }, [
    ['releaseip', 'eth0', 'fd00::1', '64'],
  ]),
  compared(
    'releaseip by an altname',
    {
      state: { links: ['eth0 public0', 'eth1'], ...held },
      files: { 'proc/sys/net/ipv4/conf/public0/promote_secondaries': ['0'] },
    },
    [['releaseip', 'public0', '10.0.0.1', '24']],
  ),
  compared('updateip without connections', { state: held }, [move], ticklesNothing),
  compared('updateip with connections', { state: connected }, [move]),
  compared(
    'updateip of an address that is on the new interface',
    { state: { addresses: ['eth1 10.0.0.1 24'] } },
    [move],
  ),
  compared(
    'updateip of an address with another mask',
    { state: { ...connected, addresses: ['eth0 10.0.0.1 16'] } },
    [move],
  ),
  compared('updateip of an address that is nowhere', { state: { connections: connected.connections } }, [
    move,
  ]),
  compared(
    'updateip of an address that is on both interfaces',
    { state: { ...connected, addresses: ['eth0 10.0.0.1 24', 'eth1 10.0.0.1 24'] } },
    [move],
    failsWhereItIs,
  ),
  compared('updateip to an interface that is not there', { state: connected }, [
    ['updateip', 'eth0', 'eth7', '10.0.0.1', '24'],
  ]),
  compared(
    'updateip of an address that cannot be deleted',
    {
      state: { ...connected, failures: ['ip addr del 10.0.0.1/24 dev eth0 => RTNETLINK answers: Nonsense'] },
    },
    [move],
  ),
  compared(
    'ipreallocated with addresses',
    { state: { 'public-ips': ['10.0.0.1 1', '10.0.0.2 0'], ...held } },
    [['ipreallocated']],
  ),
  compared(
    'monitor with connections and tickles',
    { state: { ...serving, ...held }, files: list },
    [['monitor']],
    leavesTickles,
  ),
  ...['startup', 'monitor'].flatMap((event) => [
    compared(`${event} with an interface that is not there`, { state: { links: ['eth1'] } }, [[event]]),
    compared(`${event} with an interface without a link`, { state: { carriers: ['eth1'] } }, [[event]]),
    compared(
      `${event} with one interface down of two, which is enough`,
      { options: { CTDB_PARTIALLY_ONLINE_INTERFACES: 'yes' }, state: { carriers: ['eth1'] } },
      [[event]],
    ),
    compared(
      `${event} with all interfaces down`,
      { options: { CTDB_PARTIALLY_ONLINE_INTERFACES: 'yes' }, state: { carriers: [] } },
      [[event]],
    ),
    compared(
      `${event} with a link that is found once it is up`,
      { state: { carriers: ['eth1'], 'plugged-when-up': ['eth0'] } },
      [[event]],
    ),
    compared(
      `${event} with a comment in public_addresses`,
      { files: { 'etc/public_addresses': ['#10.0.0.9/24 eth9', '10.0.0.1/24 eth0,eth1'] } },
      [[event]],
      monitorsComments,
    ),
    compared(
      `${event} with more interfaces of ctdb`,
      { state: { ifaces: ['lo', 'ib0', 'eth1'], links: ['lo', 'ib0', 'eth0', 'eth1'] } },
      [[event]],
    ),
    compared(
      `${event} with a VLAN over a bond that is good`,
      bond('Bonding Mode: fault-tolerance (active-backup)', 'Currently Active Slave: eth5', 'MII Status: up'),
      [[event]],
    ),
    compared(
      `${event} with a VLAN over a bond without an active slave`,
      bond('Currently Active Slave: None', 'MII Status: up'),
      [[event]],
    ),
    compared(
      `${event} with a VLAN over a bond that is down`,
      bond('Currently Active Slave: eth5', 'MII Status: down'),
      [[event]],
    ),
    compared(
      `${event} with a VLAN over an 802.3ad bond without a slave`,
      bond(
        'Bonding Mode: IEEE 802.3ad Dynamic link aggregation',
        'MII Status: up',
        'Slave Interface: eth5',
        'MII Status: down',
      ),
      [[event]],
    ),
    compared(
      `${event} with a name with a dot whose front is a bond`,
      {
        state: { links: ['bond0.7', 'eth1'], ifaces: ['bond0.7'] },
        files: {
          'etc/public_addresses': ['10.0.0.1/24 bond0.7'],
          'proc/net/bonding/bond0': ['Currently Active Slave: None'],
        },
      },
      [[event]],
    ),
    compared(
      `${event} with a bond by its altname`,
      {
        state: { links: ['bond0 public0', 'eth1'], ifaces: ['public0'] },
        files: {
          'etc/public_addresses': ['10.0.0.1/24 public0'],
          'proc/net/bonding/bond0': ['Currently Active Slave: None'],
        },
      },
      [[event]],
    ),
  ]),
];
