import { expect, test } from 'vitest';
import { interfaceNode, plugin } from './10.interface.node.ts';

const update = ['updateip', 'eth0', 'eth1', '10.0.0.1', '24'];
const block = 'INPUT -i eth0 -d 10.0.0.1 -j DROP';
/** As iptables lists it. */
const asListed = 'INPUT -d 10.0.0.1/32 -i eth0 -j DROP';
const liftingOthers = ['iptables -S INPUT', 'nft -j list table inet ctdb_hook'];
const newBlock = 'INPUT -i eth1 -d 10.0.0.1 -j DROP';

/** A node that has the address where the line says. */
function holdingNode(...addresses: readonly string[]) {
  const node = interfaceNode();
  node.set('addresses', ...addresses);
  return node;
}

test('updateip blocks, moves the address, lifts the block and announces the address', async () => {
  const node = holdingNode('eth0 10.0.0.1 24');
  expect(await node.raise(plugin, ...update)).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual([
    'ip -br addr show to 10.0.0.1',
    'ip -br link show eth1',
    `iptables -D ${block}`,
    `iptables -I ${block}`,
    'ip addr del 10.0.0.1/24 dev eth0',
    'ip link set eth1 up',
    'ip addr add 10.0.0.1/24 brd + dev eth1',
    `iptables -D ${block}`,
    ...liftingOthers,
    'ctdb gratarp 10.0.0.1 eth1',
    'ss -tnH state established "src [10.0.0.1]"',
  ]);
  expect(node.lines('addresses')).toEqual(['eth1 10.0.0.1 24']);
  expect(node.read('proc/sys/net/ipv4/conf/eth0/promote_secondaries')).toBe('1\n');
});

test('updateip tickles both ends of each connection, the server first', async () => {
  const node = holdingNode('eth0 10.0.0.1 24');
  node.set('gratarp-says', 'gratarp speaks');
  node.set('connections', '10.0.0.1:445 10.1.1.2:50000', '10.0.0.1:2049 10.1.1.3:700');
  expect(await node.raise(plugin, ...update)).toEqual({
    status: 0,
    output: [
      'gratarp speaks',
      'Tickle TCP connection 10.0.0.1:445 10.1.1.2:50000',
      'Tickle TCP connection 10.1.1.2:50000 10.0.0.1:445',
      'Tickle TCP connection 10.0.0.1:2049 10.1.1.3:700',
      'Tickle TCP connection 10.1.1.3:700 10.0.0.1:2049',
      '',
    ].join('\n'),
  });
  expect(node.lines('tickle')).toEqual([
    '10.0.0.1:445 10.1.1.2:50000',
    '10.1.1.2:50000 10.0.0.1:445',
    '10.0.0.1:2049 10.1.1.3:700',
    '10.1.1.3:700 10.0.0.1:2049',
  ]);
});

test('updateip to where the address is already is redundant', async () => {
  const node = holdingNode('eth1 10.0.0.1 24');
  expect(await node.raise(plugin, ...update)).toEqual({
    status: 0,
    output: [
      'WARNING: Public IP 10.0.0.1 hosted on interface eth1 but VNN says eth0',
      'Redundant "updateip" - 10.0.0.1 already on eth1',
      '',
    ].join('\n'),
  });
  expect(node.lines('addresses')).toEqual(['eth1 10.0.0.1 24']);
});

test('updateip to an altname of where the address is already is redundant', async () => {
  const node = holdingNode('eth0 10.0.0.1 24');
  node.set('links', 'eth0 enp1', 'eth1');
  expect(await node.raise(plugin, 'updateip', 'eth0', 'enp1', '10.0.0.1', '24')).toEqual({
    status: 0,
    output: 'Redundant "updateip" - 10.0.0.1 already on enp1\n',
  });
});

test('updateip deletes with the mask there is and adds with the mask given', async () => {
  const node = holdingNode('eth0 10.0.0.1 16');
  expect(await node.raise(plugin, ...update)).toEqual({
    status: 0,
    output: 'WARNING: Public IP 10.0.0.1 has 16 bit netmask but VNN says 24\n',
  });
  expect(node.lines('addresses')).toEqual(['eth1 10.0.0.1 24']);
});

test('updateip of an address that is nowhere warns, adds it and lifts what a killed one left', async () => {
  const node = holdingNode();
  node.set('rules', `iptables ${block}`);
  expect(await node.raise(plugin, ...update)).toEqual({
    status: 0,
    output: 'WARNING: Unable to determine interface for IP 10.0.0.1\n',
  });
  expect(node.calls()).toEqual([
    'ip -br addr show to 10.0.0.1',
    'ip link set eth1 up',
    'ip addr add 10.0.0.1/24 brd + dev eth1',
    'iptables -S INPUT',
    `iptables -D ${asListed}`,
    'nft -j list table inet ctdb_hook',
    ...liftingOthers,
    'ctdb gratarp 10.0.0.1 eth1',
    'ss -tnH state established "src [10.0.0.1]"',
  ]);
});

test('updateip from no interface blocks nothing', async () => {
  const node = holdingNode();
  await node.raise(plugin, 'updateip', '__none__', 'eth1', '10.0.0.1', '24');
  expect(node.calls().filter((call) => call.startsWith('iptables'))).toEqual(['iptables -S INPUT']);
  expect(node.lines('addresses')).toEqual(['eth1 10.0.0.1 24']);
});

test.each([
  ['moves an address there', 'eth0 10.0.0.1 24'],
  ['finds it there already', 'eth1 10.0.0.1 24'],
])(
  'updateip lifts a block that a killed releaseip left on the new interface when it %s',
  async (_what, held) => {
    const node = holdingNode(held);
    node.set('rules', `iptables ${newBlock}`);
    expect(await node.raise(plugin, ...update)).toMatchObject({ status: 0 });
    expect(node.lines('rules')).toEqual([]);
  },
);

test('updateip from no interface finds an address that is on one', async () => {
  const node = holdingNode('eth0 10.0.0.1 24');
  expect(await node.raise(plugin, 'updateip', '__none__', 'eth1', '10.0.0.1', '24')).toEqual({
    status: 0,
    output: 'WARNING: Public IP 10.0.0.1 hosted on interface eth0 but VNN says __none__\n',
  });
  expect(node.lines('addresses')).toEqual(['eth1 10.0.0.1 24']);
});

test('updateip says nothing of a delete that fails', async () => {
  const node = holdingNode('eth0 10.0.0.1 24');
  node.set('failures', 'ip addr del 10.0.0.1/24 dev eth0 => RTNETLINK answers: Operation not permitted');
  expect(await node.raise(plugin, ...update)).toEqual({ status: 0, output: '' });
});

test('updateip that cannot add lifts its block and fails', async () => {
  const node = holdingNode('eth0 10.0.0.1 24');
  node.set(
    'failures',
    'ip addr add 10.0.0.1/24 brd + dev eth1 => RTNETLINK answers: No buffer space available',
  );
  expect(await node.raise(plugin, ...update)).toEqual({
    status: 1,
    output: 'RTNETLINK answers: No buffer space available\nFailed to add 10.0.0.1/24 on dev eth1\n',
  });
  expect(node.lines('rules')).toEqual([]);
  expect(node.calls().at(-1)).toBe(`iptables -D ${block}`);
});

test('updateip with wrong arguments does nothing and fails', async () => {
  const node = holdingNode('eth0 10.0.0.1 24');
  expect(await node.raise(plugin, 'updateip', 'eth0', '10.0.0.1', '24')).toEqual({
    status: 1,
    output: 'ERROR: must supply old interface, new interface, IP and maskbits\n',
  });
  expect(node.calls()).toEqual([]);
});
