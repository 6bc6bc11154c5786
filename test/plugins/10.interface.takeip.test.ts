import { expect, test } from 'vitest';
import { interfaceNode, plugin } from './10.interface.node.ts';

const list = 'var/scripts/my-public-ip-addresses';

test('takeip lists the address, brings the interface up, adds the address and lifts a block', async () => {
  const node = interfaceNode();
  expect(await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1', '24')).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual([
    'ip link set eth0 up',
    'ip addr add 10.0.0.1/24 brd + dev eth0',
    'iptables -S INPUT',
    'nft -j list table inet ctdb_hook',
  ]);
  expect(node.lines('addresses')).toEqual(['eth0 10.0.0.1 24']);
  expect(node.read(list)).toBe('10.0.0.1\n');
});

test('takeip adds an address that is listed already only once, after the others', async () => {
  const node = interfaceNode();
  node.write(list, '10.0.0.9', '10.0.0.1');
  await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1', '24');
  await node.raise(plugin, 'takeip', 'eth0', '10.0.0.2', '24');
  expect(node.read(list)).toBe('10.0.0.9\n10.0.0.1\n10.0.0.2\n');
});

test('takeip on an interface that cannot be brought up fails, with the address listed', async () => {
  const node = interfaceNode();
  expect(await node.raise(plugin, 'takeip', 'eth7', '10.0.0.1', '24')).toEqual({
    status: 1,
    output: 'Cannot find device "eth7"\nFailed to bringup interface eth7\n',
  });
  expect(node.calls()).toEqual(['ip link set eth7 up']);
  expect(node.read(list)).toBe('10.0.0.1\n');
});

test('takeip of an address that is already there fails after the error of ip', async () => {
  const node = interfaceNode();
  node.set('addresses', 'eth0 10.0.0.1 24');
  expect(await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1', '24')).toEqual({
    status: 1,
    output: 'RTNETLINK answers: File exists\nFailed to add 10.0.0.1/24 on dev eth0\n',
  });
});

test('takeip of an IPv6 address gives no broadcast address and looks for duplicates', async () => {
  const node = interfaceNode();
  expect(await node.raise(plugin, 'takeip', 'eth0', 'fd00::1', '64')).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual([
    'ip link set eth0 up',
    'ip addr add fd00::1/64 dev eth0',
    'ip addr show to fd00::1',
    'ip6tables -S INPUT',
    'nft -j list table inet ctdb_hook',
  ]);
});

test('takeip waits while an IPv6 address is tentative', async () => {
  const node = interfaceNode();
  node.set('new-address-flags', ' tentative');
  const taken = node.raise(plugin, 'takeip', 'eth0', 'fd00::1', '64');
  await expect
    .poll(() => node.lines('calls').filter((call) => call === 'ip addr show to fd00::1').length)
    .toBe(2);
  node.set('addresses', 'eth0 fd00::1 64');
  expect(await taken).toEqual({ status: 0, output: '' });
});

test('takeip takes off an IPv6 address that somebody else has, and fails', async () => {
  const node = interfaceNode();
  node.set('new-address-flags', ' dadfailed tentative');
  expect(await node.raise(plugin, 'takeip', 'eth0', 'fd00::1', '64')).toEqual({
    status: 1,
    output: 'Failed to add fd00::1/64 on dev eth0\n',
  });
  expect(node.calls()).toEqual([
    'ip link set eth0 up',
    'ip addr add fd00::1/64 dev eth0',
    'ip addr show to fd00::1',
    'ip addr del fd00::1/64 dev eth0',
  ]);
  expect(node.lines('addresses')).toEqual([]);
});

test('takeip takes off an IPv6 address that stays tentative, and fails', async () => {
  const node = interfaceNode();
  node.set('new-address-flags', ' tentative');
  expect(await node.raise(plugin, 'takeip', 'eth0', 'fd00::1', '64')).toEqual({
    status: 1,
    output: 'Failed to add fd00::1/64 on dev eth0\n',
  });
  expect(node.lines('addresses')).toEqual([]);
});

test('takeip lifts the block of a killed releaseip', async () => {
  const node = interfaceNode();
  node.set(
    'rules',
    'iptables INPUT -i eth0 -d 10.0.0.1 -j DROP',
    'iptables INPUT -i eth0 -d 10.0.0.2 -j DROP',
  );
  await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1', '24');
  expect(node.lines('rules')).toEqual(['iptables INPUT -i eth0 -d 10.0.0.2 -j DROP']);
});

test.each(['yes', 'try'])(
  'takeip lifts the block of a killed releaseip with CTDB_KILLTCP_USE_SS_KILL=%s',
  async (value) => {
    const node = interfaceNode({ CTDB_KILLTCP_USE_SS_KILL: value });
    node.set('rules', 'iptables INPUT -i eth0 -d 10.0.0.1 -p tcp --syn -j DROP');
    await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1', '24');
    expect(node.lines('rules')).toEqual([]);
  },
);

test('takeip flushes the route caches that the kernel has, and makes none', async () => {
  const node = interfaceNode();
  node.write('proc/sys/net/ipv4/route/flush');
  await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1', '24');
  expect(node.read('proc/sys/net/ipv4/route/flush')).toBe('1\n');
  expect(node.read('proc/sys/net/ipv6/route/flush')).toBeUndefined();
});

test('takeip with wrong arguments does nothing and fails', async () => {
  const node = interfaceNode();
  expect(await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1')).toEqual({
    status: 1,
    output: 'ERROR: must supply interface, IP and maskbits\n',
  });
  expect(await node.raise(plugin, 'takeip', 'eth0', '10.0.0.256', '24')).toEqual({
    status: 1,
    output: 'ERROR: takeip: argument 2 (IP) is "10.0.0.256", expected an IPv4 or IPv6 address\n',
  });
  expect(node.calls()).toEqual([]);
});
