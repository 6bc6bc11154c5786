import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { interfaceNode, plugin } from './10.interface.node.ts';

const list = 'var/scripts/my-public-ip-addresses';
const block = 'INPUT -i eth0 -d 10.0.0.1 -j DROP';
const newBlock = 'INPUT -i eth0 -d 10.0.0.1 -p tcp --syn -j DROP';
const listing = 'ss -tnH state established "src [10.0.0.1]"';
const killing = 'ss -K -tnH state established src 10.0.0.1';
const release = ['releaseip', 'eth0', '10.0.0.1', '24'];

/** A node that has the address on eth0, and these connections to it. */
function holdingNode(options: Readonly<Record<string, string>> = {}, ...connections: readonly string[]) {
  const node = interfaceNode(options);
  node.write(list, '10.0.0.9', '10.0.0.1');
  node.set('addresses', 'eth0 10.0.0.1 24');
  node.set('connections', ...connections);
  return node;
}

test('releaseip blocks, looks for connections, deletes and lifts the block, without a word', async () => {
  const node = holdingNode();
  expect(await node.raise(plugin, ...release)).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual([
    'ip -br addr show to 10.0.0.1',
    `iptables -D ${block}`,
    `iptables -I ${block}`,
    listing,
    'ip addr del 10.0.0.1/24 dev eth0',
    `iptables -D ${block}`,
  ]);
  expect(node.lines('addresses')).toEqual([]);
  expect(node.lines('rules')).toEqual([]);
});

test('releaseip takes the address off the list, switches promotion on and flushes route caches', async () => {
  const node = holdingNode();
  node.write('proc/sys/net/ipv6/route/flush');
  await node.raise(plugin, ...release);
  expect(node.read(list)).toBe('10.0.0.9\n');
  expect(node.read('proc/sys/net/ipv4/conf/eth0/promote_secondaries')).toBe('1\n');
  expect(node.read('proc/sys/net/ipv4/conf/eth1/promote_secondaries')).toBe('0\n');
  expect(node.read('proc/sys/net/ipv6/route/flush')).toBe('1\n');
});

test('a promote_secondaries that cannot be written is no error', async () => {
  const node = holdingNode();
  rmSync(node.path('proc/sys/net/ipv4/conf/eth0'), { recursive: true });
  expect(await node.raise(plugin, ...release)).toEqual({ status: 0, output: '' });
});

test('releaseip kills with ctdb_killtcp, both ends but for SMB', async () => {
  const node = holdingNode(
    {},
    '10.0.0.1:2049 10.1.1.1:700',
    '10.0.0.1:445 10.1.1.2:50000',
    '10.0.0.1:139 10.1.1.3:50001',
    '10.0.0.2:445 10.1.1.4:50002',
  );
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: 'Killed 3/3 TCP connections to released IP 10.0.0.1\n',
  });
  expect(node.calls()).toEqual([
    'ip -br addr show to 10.0.0.1',
    `iptables -D ${block}`,
    `iptables -I ${block}`,
    listing,
    'ctdb_killtcp eth0',
    listing,
    'ip addr del 10.0.0.1/24 dev eth0',
    `iptables -D ${block}`,
  ]);
  expect(node.lines('killtcp-input')).toEqual([
    '10.1.1.1:700 10.0.0.1:2049',
    '10.0.0.1:2049 10.1.1.1:700',
    '10.1.1.2:50000 10.0.0.1:445',
    '10.1.1.3:50001 10.0.0.1:139',
  ]);
});

test('releaseip names the connections that ctdb_killtcp left, after what it said', async () => {
  const left = ['10.0.0.1:445 10.1.1.2:50000', '10.0.0.1:445 10.1.1.1:50001'];
  const node = holdingNode({}, ...left, '10.0.0.1:445 10.1.1.3:50002');
  node.set('immortal', ...left);
  node.set('killtcp-says', 'a word of the helper');
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: [
      'a word of the helper',
      'Killed 1/3 TCP connections to released IP 10.0.0.1',
      'Remaining connections:',
      '  10.0.0.1:445 10.1.1.2:50000',
      '  10.0.0.1:445 10.1.1.1:50001',
      '',
    ].join('\n'),
  });
});

test('a failing ctdb_killtcp is said, not counted, and the address is released', async () => {
  const node = holdingNode({}, '10.0.0.1:445 10.1.1.2:50000');
  node.set('failures', 'ctdb_killtcp eth0 => no raw socket');
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: 'no raw socket\nFailed to kill TCP connections\n',
  });
  expect(node.lines('addresses')).toEqual([]);
});

test('connections of a socket that listens on :: are killed as the IPv4 connections they are', async () => {
  const node = holdingNode({}, '[::ffff:10.0.0.1]:445 [::ffff:10.1.1.2]:50000');
  node.set('immortal', '10.0.0.1:445 10.1.1.2:50000');
  const { output } = await node.raise(plugin, ...release);
  expect(node.lines('killtcp-input')).toEqual(['10.1.1.2:50000 10.0.0.1:445']);
  expect(output).toContain('  10.0.0.1:445 10.1.1.2:50000\n');
});

test('releaseip of an IPv6 address uses ip6tables, and brackets for ss but not for ctdb_killtcp', async () => {
  const node = interfaceNode({ CTDB_KILLTCP_USE_SS_KILL: 'try' });
  node.set('addresses', 'eth0 fd00::1 64');
  node.set('connections', '[fd00::1]:2049 [fd00::2]:700', '[fd00::1]:2049 [fd00::3]:700');
  node.set('immortal', '[fd00::1]:2049 [fd00::3]:700');
  expect(await node.raise(plugin, 'releaseip', 'eth0', 'fd00::1', '64')).toEqual({
    status: 0,
    output: [
      'Killed 1/2 TCP connections to released IP fd00::1, using ss -K',
      'Remaining connections:',
      '  [fd00::1]:2049 [fd00::3]:700',
      'Killed 0/1 TCP connections to released IP fd00::1, using ctdb_killtcp',
      'Remaining connections:',
      '  [fd00::1]:2049 [fd00::3]:700',
      '',
    ].join('\n'),
  });
  expect(node.calls()).toEqual([
    'ip -br addr show to fd00::1',
    'ip6tables -D INPUT -i eth0 -d fd00::1 -p tcp --syn -j DROP',
    'ip6tables -I INPUT -i eth0 -d fd00::1 -p tcp --syn -j DROP',
    'ss -K -tnH state established src [fd00::1]',
    'ss -tnH state established "src [fd00::1]"',
    'ctdb_killtcp eth0',
    'ss -tnH state established "src [fd00::1]"',
    'ip addr del fd00::1/64 dev eth0',
    'ss -K -tnH state established src [fd00::1]',
    'ip6tables -D INPUT -i eth0 -d fd00::1 -p tcp --syn -j DROP',
  ]);
  expect(node.lines('killtcp-input')).toEqual(['fd00::3:700 fd00::1:2049', 'fd00::1:2049 fd00::3:700']);
});

test('with CTDB_KILLTCP_USE_SS_KILL=yes releaseip kills with ss alone, blocks new connections only, and kills again', async () => {
  const node = holdingNode(
    { CTDB_KILLTCP_USE_SS_KILL: 'yes' },
    '10.0.0.1:445 10.1.1.2:50000',
    '10.0.0.1:445 10.1.1.3:1',
  );
  node.set('immortal', '10.0.0.1:445 10.1.1.3:1');
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: [
      'Killed 1/2 TCP connections to released IP 10.0.0.1, using ss -K',
      'Remaining connections:',
      '  10.0.0.1:445 10.1.1.3:1',
      '',
    ].join('\n'),
  });
  expect(node.calls()).toEqual([
    'ip -br addr show to 10.0.0.1',
    `iptables -D ${newBlock}`,
    `iptables -I ${newBlock}`,
    killing,
    listing,
    'ip addr del 10.0.0.1/24 dev eth0',
    killing,
    `iptables -D ${newBlock}`,
  ]);
});

test.each(['yes', 'try'])(
  'with CTDB_KILLTCP_USE_SS_KILL=%s no connections are said to be none',
  async (value) => {
    const node = holdingNode({ CTDB_KILLTCP_USE_SS_KILL: value });
    expect(await node.raise(plugin, ...release)).toEqual({
      status: 0,
      output: 'Killed 0/0 TCP connections to released IP 10.0.0.1, using ss -K\n',
    });
    expect(node.calls()).not.toContain('ctdb_killtcp eth0');
  },
);

test('with CTDB_KILLTCP_USE_SS_KILL=try ctdb_killtcp gets what ss left', async () => {
  const node = holdingNode(
    { CTDB_KILLTCP_USE_SS_KILL: 'try' },
    '10.0.0.1:2049 10.1.1.2:50000',
    '10.0.0.1:2049 10.1.1.3:1',
  );
  node.set('failures', `${killing} => Operation not supported`);
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: [
      'Operation not supported',
      'Killed 0/2 TCP connections to released IP 10.0.0.1, using ss -K',
      'Remaining connections:',
      '  10.0.0.1:2049 10.1.1.2:50000',
      '  10.0.0.1:2049 10.1.1.3:1',
      'Killed 2/2 TCP connections to released IP 10.0.0.1, using ctdb_killtcp',
      '',
    ].join('\n'),
  });
});

test('releaseip of an address elsewhere warns and releases it there', async () => {
  const node = interfaceNode();
  node.set('addresses', 'eth1 10.0.0.1 16');
  node.set('connections', '10.0.0.1:445 10.1.1.2:50000');
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: [
      'WARNING: Public IP 10.0.0.1 hosted on interface eth1 but VNN says eth0',
      'WARNING: Public IP 10.0.0.1 has 16 bit netmask but VNN says 24',
      'Killed 1/1 TCP connections to released IP 10.0.0.1',
      '',
    ].join('\n'),
  });
  expect(node.calls().filter((call) => !call.startsWith('ss'))).toEqual([
    'ip -br addr show to 10.0.0.1',
    'ip -br addr show to 10.0.0.1 dev eth0',
    'iptables -D INPUT -i eth1 -d 10.0.0.1 -j DROP',
    'iptables -I INPUT -i eth1 -d 10.0.0.1 -j DROP',
    'ctdb_killtcp eth1',
    'ip addr del 10.0.0.1/16 dev eth1',
    'iptables -D INPUT -i eth1 -d 10.0.0.1 -j DROP',
  ]);
  expect(node.read('proc/sys/net/ipv4/conf/eth1/promote_secondaries')).toBe('1\n');
});

test('releaseip of an address that is nowhere warns and takes it off the list', async () => {
  const node = holdingNode();
  node.set('addresses');
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: 'WARNING: Unable to determine interface for IP 10.0.0.1\n',
  });
  expect(node.calls()).toEqual(['ip -br addr show to 10.0.0.1']);
  expect(node.read(list)).toBe('10.0.0.9\n');
});

test('releaseip keeps an altname that it is given, but for proc', async () => {
  const node = holdingNode();
  node.set('links', 'eth0 enp0s31f6', 'eth1');
  expect(await node.raise(plugin, 'releaseip', 'enp0s31f6', '10.0.0.1', '24')).toEqual({
    status: 0,
    output: '',
  });
  expect(node.calls()).toContain('ip addr del 10.0.0.1/24 dev enp0s31f6');
  expect(node.read('proc/sys/net/ipv4/conf/eth0/promote_secondaries')).toBe('1\n');
});

test('releaseip knows a VLAN by its name alone', async () => {
  const node = holdingNode();
  node.set('links', 'eth0.7@eth0');
  node.set('addresses', 'eth0.7 10.0.0.1 24');
  expect(await node.raise(plugin, 'releaseip', 'eth0.7', '10.0.0.1', '24')).toEqual({
    status: 0,
    output: '',
  });
  expect(node.calls()).toContain('iptables -I INPUT -i eth0.7 -d 10.0.0.1 -j DROP');
});

test('releaseip whose delete fails lifts its block and fails', async () => {
  const node = holdingNode();
  node.set('failures', 'ip addr del 10.0.0.1/24 dev eth0 => RTNETLINK answers: Operation not permitted');
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 1,
    output: 'RTNETLINK answers: Operation not permitted\nFailed to del 10.0.0.1/24 on dev eth0\n',
  });
  expect(node.lines('rules')).toEqual([]);
});

test('releaseip replaces the block that a killed one left', async () => {
  const node = holdingNode();
  node.set('rules', `iptables ${block}`);
  await node.raise(plugin, ...release);
  expect(node.lines('rules')).toEqual([]);
});

test('releaseip goes on when it cannot block, and says so', async () => {
  const node = holdingNode();
  node.set('failures', `iptables -I ${block} => iptables: no chain by that name`);
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: [
      'iptables: no chain by that name',
      'WARNING: Unable to block packets to 10.0.0.1 on interface eth0',
      '',
    ].join('\n'),
  });
  expect(node.lines('addresses')).toEqual([]);
});

test('releaseip blocks new connections with nft where there is no iptables', async () => {
  const node = interfaceNode({}, ['iptables', 'ip6tables']);
  node.set('addresses', 'eth0 10.0.0.1 24', 'eth0 fd00::1 64');
  expect(await node.raise(plugin, ...release)).toEqual({ status: 0, output: '' });
  expect(await node.raise(plugin, 'releaseip', 'eth0', 'fd00::1', '64')).toEqual({ status: 0, output: '' });
  expect(node.lines('nft').filter((line) => line.includes(' element '))).toEqual([
    'add element inet ctdb_hook blocked4 { 10.0.0.1 }',
    'delete element inet ctdb_hook blocked4 { 10.0.0.1 }',
    'add element inet ctdb_hook blocked6 { fd00::1 }',
    'delete element inet ctdb_hook blocked6 { fd00::1 }',
  ]);
});

test('releaseip goes on where there is no firewall at all, and says so', async () => {
  const node = interfaceNode({}, ['iptables', 'ip6tables', 'nft']);
  node.set('addresses', 'eth0 10.0.0.1 24');
  expect(await node.raise(plugin, ...release)).toEqual({
    status: 0,
    output: 'nft: command not found\nWARNING: Unable to block packets to 10.0.0.1 on interface eth0\n',
  });
  expect(node.lines('addresses')).toEqual([]);
});

test('an event cut short leaves the address and the list alone', async () => {
  const node = holdingNode();
  expect((await node.raiseAborted(plugin, ...release)).status).toBe(1);
  expect(node.lines('addresses')).toEqual(['eth0 10.0.0.1 24']);
  expect(node.read(list)).toBe('10.0.0.9\n10.0.0.1\n');
});

test('releaseip with wrong arguments does nothing and fails', async () => {
  const node = holdingNode();
  expect(await node.raise(plugin, 'releaseip', 'eth0', '10.0.0.1', '24', '1')).toEqual({
    status: 1,
    output: 'ERROR: must supply interface, IP and maskbits\n',
  });
  expect(node.calls()).toEqual([]);
});
