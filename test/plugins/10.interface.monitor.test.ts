import { expect, test } from 'vitest';
import { interfaceNode, plugin } from './10.interface.node.ts';

const fine = { status: 0, output: '' };
const bonding = 'proc/net/bonding/bond0';

/** What the driver says of a bond of two. */
const bond = ({
  mode = 'fault-tolerance (active-backup)',
  active = 'eth0',
  own = 'up',
  slaves = ['up', 'up'],
}) => [
  `Bonding Mode: ${mode}`,
  `Currently Active Slave: ${active}`,
  `MII Status: ${own}`,
  ...slaves.flatMap((status, index) => ['', `Slave Interface: eth${index}`, `MII Status: ${status}`]),
];

const lacp = 'IEEE 802.3ad Dynamic link aggregation';

/** A node whose public addresses are on this interface alone. */
function nodeWith(iface: string, link = iface) {
  const node = interfaceNode();
  node.write('etc/public_addresses', `10.0.0.1/24 ${iface}`);
  node.set('links', link);
  node.set('ifaces', iface);
  node.set('carriers');
  return node;
}

/** What is said where no interface has a link. */
const noLinks = ['eth0', 'eth1']
  .map((iface) => `ERROR: No link on the public network interface ${iface}\n`)
  .join('');

test('monitor of good links tells ctdb of each and says nothing', async () => {
  const node = interfaceNode();
  expect(await node.raise(plugin, 'monitor')).toEqual(fine);
  expect(node.calls()).toEqual([
    'ctdb -X ifaces',
    'ip -br link show eth0',
    'ethtool eth0',
    'ctdb setifacelink eth0 up',
    'ip -br link show eth1',
    'ethtool eth1',
    'ctdb setifacelink eth1 up',
    'ctdb pnn',
    'ctdb -X ip',
  ]);
});

test('monitor checks the interfaces of the file and those of ctdb, sorted, each once', async () => {
  const node = interfaceNode();
  node.write('etc/public_addresses', '# 10.0.0.9/24 eth9', '10.0.0.1/24 ib1,lo', '', '10.0.0.2/24 ib0,ib1');
  node.set('ifaces', 'lo', 'ib00');
  node.set('links', 'lo', 'ib0', 'ib00', 'ib1');
  await node.raise(plugin, 'monitor');
  expect(node.lines('links-told')).toEqual(['ib0 up', 'ib00 up', 'ib1 up', 'lo up']);
});

test('a missing interface is an error, and the others are checked all the same', async () => {
  const node = interfaceNode();
  node.set('links', 'eth1');
  expect(await node.raise(plugin, 'monitor')).toEqual({
    status: 1,
    output: 'ERROR: Monitored interface eth0 does not exist\n',
  });
  expect(node.lines('links-told')).toEqual(['eth0 down', 'eth1 up']);
});

test('an interface without a link is set up and tried once more', async () => {
  const node = interfaceNode();
  node.set('carriers', 'eth1');
  node.set('plugged-when-up', 'eth0');
  expect(await node.raise(plugin, 'monitor')).toEqual(fine);
  expect(node.calls().slice(1, 6)).toEqual([
    'ip -br link show eth0',
    'ethtool eth0',
    'ip link set eth0 up',
    'ethtool eth0',
    'ctdb setifacelink eth0 up',
  ]);
});

test('monitor fails when all interfaces are down, whatever may be', async () => {
  const node = interfaceNode({ CTDB_PARTIALLY_ONLINE_INTERFACES: 'yes' });
  node.set('carriers');
  expect(await node.raise(plugin, 'monitor')).toEqual({
    status: 1,
    output: noLinks,
  });
  expect(node.lines('links-told')).toEqual(['eth0 down', 'eth1 down']);
});

test('monitor fails when some interfaces are down', async () => {
  const node = interfaceNode();
  node.set('carriers', 'eth0');
  expect(await node.raise(plugin, 'monitor')).toEqual({
    status: 1,
    output: 'ERROR: No link on the public network interface eth1\n',
  });
  expect(node.calls()).not.toContain('ctdb pnn');
});

test('with CTDB_PARTIALLY_ONLINE_INTERFACES=yes one interface is enough, and tickles are updated', async () => {
  const node = interfaceNode({ CTDB_PARTIALLY_ONLINE_INTERFACES: 'yes' });
  node.set('carriers', 'eth0');
  expect(await node.raise(plugin, 'monitor')).toEqual({
    status: 0,
    output: 'ERROR: No link on the public network interface eth1\n',
  });
  expect(node.calls()).toContain('ctdb pnn');
});

test('what ip says of setting an interface up comes before the error', async () => {
  const node = nodeWith('eth0');
  node.set('failures', 'ip link set eth0 up => RTNETLINK answers: Operation not permitted');
  expect((await node.raise(plugin, 'monitor')).output).toBe(
    'RTNETLINK answers: Operation not permitted\nERROR: No link on the public network interface eth0\n',
  );
});

test('what ctdb says to standard error when asked is shown', async () => {
  const node = nodeWith('eth0');
  node.set('carriers', 'eth0');
  node.set('failures', 'ctdb -X ifaces => connect() failed', 'ctdb -X ip => connect() failed, too');
  expect(await node.raise(plugin, 'monitor')).toEqual({
    status: 0,
    output: 'connect() failed\nconnect() failed, too\n',
  });
});

test('an ib interface is good without a question', async () => {
  const node = nodeWith('ib0');
  expect(await node.raise(plugin, 'monitor')).toEqual(fine);
  expect(node.calls()).not.toContain('ethtool ib0');
});

test('a bond with an active slave is good', async () => {
  const node = nodeWith('bond0');
  node.write(bonding, ...bond({}));
  expect(await node.raise(plugin, 'monitor')).toEqual(fine);
  expect(node.calls()).not.toContain('ethtool bond0');
});

test.each([
  ['No active slaves for bond device bond0', bond({ active: 'None' })],
  ['public network interface bond0 is down', bond({ own: 'down', slaves: ['down', 'down'] })],
  ['No active slaves for 802.ad bond device bond0', bond({ mode: lacp, slaves: ['down', 'down'] })],
])('a bad bond: %s', async (text, lines) => {
  const node = nodeWith('bond0');
  node.write(bonding, ...lines);
  expect(await node.raise(plugin, 'monitor')).toEqual({ status: 1, output: `ERROR: ${text}\n` });
});

test.each([
  ['a bond that is down with a slave that is up', bond({ own: 'down', slaves: ['down', 'up'] })],
  ['an 802.3ad bond with one slave up', bond({ mode: lacp, slaves: ['down', 'up'] })],
  ['a bond of another kind with no slave up', bond({ slaves: ['down', 'down'] })],
])('%s is good', async (_what, lines) => {
  const node = nodeWith('bond0');
  node.write(bonding, ...lines);
  expect(await node.raise(plugin, 'monitor')).toEqual(fine);
});

test('a VLAN over a bond is as good as the bond, which the message names', async () => {
  const node = nodeWith('vlan7', 'vlan7@bond0');
  node.write(bonding, ...bond({ active: 'None' }));
  expect(await node.raise(plugin, 'monitor')).toEqual({
    status: 1,
    output: 'ERROR: No active slaves for bond device bond0\n',
  });
  expect(node.lines('links-told')).toEqual(['vlan7 down']);
});

test('a VLAN over something else has a link of its own', async () => {
  const node = nodeWith('eth0.7', 'eth0.7@eth0');
  expect((await node.raise(plugin, 'monitor')).output).toBe(
    'ERROR: No link on the public network interface eth0.7\n',
  );
  expect(node.calls()).toContain('ethtool eth0.7');
});

test('startup checks and tells like monitor, and never fails', async () => {
  const node = interfaceNode();
  node.set('carriers');
  expect(await node.raise(plugin, 'startup')).toEqual({
    status: 0,
    output: noLinks,
  });
  expect(node.lines('links-told')).toEqual(['eth0 down', 'eth1 down']);
  expect(node.calls()).not.toContain('ctdb pnn');
});
