import type { EmulatedMachine } from './emulated-machine.ts';

/** How to make a device out of network cards; each card has a cable to another machine, and is up. */
interface Device {
  readonly cards: readonly string[];
  readonly make: readonly string[];
}

/** A bond of cards; `peer` makes a bond of the other ends too. */
const bond = (name: string, mode: string, cards: readonly string[], peer = false): Device => ({
  cards,
  make: peer
    ? [...bondOn('ip', name, mode, cards), ...bondOn('ip -n other', name, mode, cards)]
    : bondOn('ip', name, mode, cards),
});

const bondOn = (ip: string, name: string, mode: string, cards: readonly string[]): readonly string[] => [
  `${ip} link add ${name} type bond ${mode}`,
  ...portsOf(ip, name, cards),
  `${ip} link set ${name} up`,
];

/** Bonds and teams take cards that are down, and bring them up. */
const portsOf = (ip: string, name: string, cards: readonly string[]): readonly string[] =>
  cards.flatMap((card) => [`${ip} link set ${card} down`, `${ip} link set ${card} master ${name}`]);

/** A bridge with these ports. */
const bridge = (name: string, ports: readonly string[], cards = ports): Device => ({
  cards,
  make: [
    `ip link add ${name} type bridge`,
    ...ports.map((port) => `ip link set ${port} master ${name}`),
    `ip link set ${name} up`,
  ],
});

/** An interface of this name that stands over another one. */
const over = (name: string, real: string, type: string): Device => ({
  cards: [],
  make: [`ip link add link ${real} name ${name} type ${type}`, `ip link set ${name} up`],
});

/** A device that is there already: what others are made of, in its own right. */
const itself: Device = { cards: [], make: [] };

const lacp = 'mode 802.3ad miimon 50 lacp_rate fast';

/** Everything that public addresses are put on, by name; those over others come after them. */
const all: Readonly<Record<string, Device>> = {
  card: { cards: ['card'], make: [] },
  bAb: bond('bAb', 'mode active-backup miimon 50', ['ab0', 'ab1']),
  bRr: bond('bRr', 'mode balance-rr miimon 50', ['rr0']),
  bXor: bond('bXor', 'mode balance-xor miimon 50', ['xor0']),
  bTlb: bond('bTlb', 'mode balance-tlb miimon 50', ['tlb0']),
  bEmpty: bond('bEmpty', 'mode active-backup miimon 50', []),
  bArp: bond('bArp', 'mode active-backup arp_interval 100 arp_ip_target 10.97.0.1 arp_validate all', [
    'arp0',
    'arp1',
  ]),
  bLacp: bond('bLacp', lacp, ['lacp0', 'lacp1'], true),
  bMin: bond('bMin', `${lacp} min_links 2`, ['min0', 'min1'], true),
  bAlone: bond('bAlone', lacp, ['alone0']),
  bPort: bond('bPort', 'mode active-backup miimon 50', ['port0']),
  vCard: over('vCard', 'card', 'vlan id 7'),
  vBond: over('vBond', 'bAb', 'vlan id 7'),
  'bAb.8': over('bAb.8', 'bAb', 'vlan id 8'),
  vLacp: over('vLacp', 'bLacp', 'vlan id 7'),
  vMin: over('vMin', 'bMin', 'vlan id 7'),
  vTwice: over('vTwice', 'vBond', 'vlan id 8'),
  mBond: over('mBond', 'bAb', 'macvlan mode bridge'),
  bridge: bridge('bridge', ['br0']),
  brBond: bridge('brBond', ['bPort'], []),
  brEmpty: bridge('brEmpty', []),
  vBridge: over('vBridge', 'bridge', 'vlan id 7'),
  team: {
    cards: ['team0', 'team1'],
    make: [
      'ip link add team type team',
      'teamnl team setoption mode activebackup',
      ...portsOf('ip', 'team', ['team0', 'team1']),
      'ip link set team up',
      'ip link set team0 up',
      'ip link set team1 up',
      'teamnl team setoption activeport $(cat /sys/class/net/team0/ifindex)',
    ],
  },
  vTeam: over('vTeam', 'team', 'vlan id 7'),
  ab0: itself,
  br0: itself,
  team0: itself,
  // Removed once ctdbd has started: it refuses an interface that is not there.
  gone: { cards: ['gone'], make: [] },
};

/** The names of all devices. */
export const devices: readonly string[] = Object.keys(all);

/** The cards that have a cable. */
const cards = Object.values(all).flatMap((device) => device.cards);

/** What makes all devices on a machine, whose cables lead to the network namespace `other`. */
export const commandsForDevices: readonly string[] = [
  'set -e',
  'ip netns add other',
  ...cards.flatMap((card) => [
    `ip link add ${card} type veth peer name ${card} netns other`,
    `ip link set ${card} up`,
    `ip -n other link set ${card} up`,
  ]),
  ...Object.values(all).flatMap(({ make }) => make),
  // Who answers when bArp asks, whichever card it asks by.
  'ip -n other link add arpSwitch type bridge',
  ...['arp0', 'arp1'].map((card) => `ip -n other link set ${card} master arpSwitch`),
  'ip -n other link set arpSwitch up',
  'ip -n other addr add 10.97.0.1/24 dev arpSwitch',
  'ip addr add 10.97.0.2/24 dev bArp',
];

/** Makes all devices on a machine. */
export async function makeDevices(machine: EmulatedMachine): Promise<void> {
  await machine.run(commandsForDevices.join('\n'));
}

/** What is pulled: all cables, or those of these cards. */
export type Pulled = 'all' | readonly string[];

/** Pulls cables out of the other machine, by the cards that they lead to, and plugs all others in. */
export async function pull(machine: EmulatedMachine, pulled: Pulled): Promise<void> {
  const isPulled = (card: string): boolean => pulled === 'all' || pulled.includes(card);
  const commands = cards
    .filter((card) => card !== 'gone')
    .map((card) => `ip -n other link set ${card} ${isPulled(card) ? 'down' : 'up'}`);
  await machine.run(['set -e', ...commands].join('\n'));
}
