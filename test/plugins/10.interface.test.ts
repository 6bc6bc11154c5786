import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { interfaceNode, plugin } from './10.interface.node.ts';

const list = 'var/scripts/my-public-ip-addresses';

/** A node without public addresses. */
function bareNode() {
  const node = interfaceNode();
  rmSync(node.path('etc/public_addresses'));
  node.set('addresses', 'eth0 10.0.0.1 24');
  return node;
}

test('init without a public_addresses file says so', async () => {
  const node = bareNode();
  expect(await node.raise(plugin, 'init')).toEqual({ status: 0, output: 'No public addresses file found\n' });
  expect(node.calls()).toEqual([]);
});

test.each([
  ['startup'],
  ['monitor'],
  ['takeip', 'eth0'],
  ['releaseip'],
  ['updateip', 'eth0', 'eth1', '10.0.0.1', 'many'],
  ['ipreallocated'],
  ['shutdown'],
])('%s without a public_addresses file does nothing, whatever its arguments', async (...event) => {
  const node = bareNode();
  expect(await node.raise(plugin, ...event)).toEqual({ status: 0, output: '' });
  expect(node.calls()).toEqual([]);
  expect(node.read(list)).toBeUndefined();
});

test('init without promote_secondaries fails before it drops anything', async () => {
  const node = interfaceNode();
  rmSync(node.path('proc/sys/net/ipv4/conf/all'), { recursive: true });
  node.set('addresses', 'eth0 10.0.0.1 24');
  expect(await node.raise(plugin, 'init')).toEqual({
    status: 1,
    output: 'Public IPs only supported if promote_secondaries is available\n',
  });
  expect(node.calls()).toEqual([]);
});

test.each(['init', 'shutdown'])(
  '%s drops the addresses still held, in the order of the file',
  async (event) => {
    const node = interfaceNode();
    node.write(
      'etc/public_addresses',
      '10.0.0.3/24 eth0',
      '# 10.0.0.9/24 eth0',
      'fd00::1/64 eth0',
      '10.0.0.1/24 eth0',
      '10.0.0.2/24 eth0',
    );
    node.set('links', 'eth0', 'eth0.7@eth0');
    node.set('addresses', 'eth0 10.0.0.1 24', 'eth0.7 10.0.0.3 16', 'eth0 10.0.0.9 24', 'eth0 fd00::1 64');
    expect(await node.raise(plugin, event)).toEqual({
      status: 0,
      output: [
        'Removing public address 10.0.0.3/16 from device eth0.7',
        'Removing public address fd00::1/64 from device eth0',
        'Removing public address 10.0.0.1/24 from device eth0',
        '',
      ].join('\n'),
    });
    expect(node.calls()).toEqual([
      ...(event === 'init'
        ? ['iptables -S INPUT', 'ip6tables -S INPUT', 'nft -j list table inet ctdb_hook']
        : []),
      'ip -br addr show to 10.0.0.3',
      'ip addr del 10.0.0.3/16 dev eth0.7',
      'ip -br addr show to fd00::1',
      'ip addr del fd00::1/64 dev eth0',
      'ip -br addr show to 10.0.0.1',
      'ip addr del 10.0.0.1/24 dev eth0',
      'ip -br addr show to 10.0.0.2',
    ]);
    expect(node.lines('addresses')).toEqual(['eth0 10.0.0.9 24']);
  },
);

test('init goes on after an address that cannot be dropped, and says nothing of it', async () => {
  const node = interfaceNode();
  node.set('addresses', 'eth0 10.0.0.1 24', 'eth1 10.0.0.2 24');
  node.set('failures', 'ip addr del 10.0.0.1/24 dev eth0 => RTNETLINK answers: Operation not permitted');
  expect(await node.raise(plugin, 'init')).toEqual({
    status: 0,
    output: [
      'Removing public address 10.0.0.1/24 from device eth0',
      'Removing public address 10.0.0.2/24 from device eth1',
      '',
    ].join('\n'),
  });
});

test('dropping switches promotion on first, so that other addresses of the subnet stay', async () => {
  const node = interfaceNode();
  node.set('addresses', 'eth0 10.0.0.1 24');
  await node.raise(plugin, 'shutdown');
  expect(node.read('proc/sys/net/ipv4/conf/eth0/promote_secondaries')).toBe('1\n');
});

test('ipreallocated lists the addresses that ctdb gave to this node', async () => {
  const node = interfaceNode();
  node.write(list, '10.0.0.9', '10.0.0.7');
  node.set('public-ips', '10.0.0.7 1', '10.0.0.3 0', '10.0.0.4 -1', 'fd00::1 1', '10.0.0.5 11');
  expect(await node.raise(plugin, 'ipreallocated')).toEqual({ status: 0, output: '' });
  expect(node.read(list)).toBe('10.0.0.7\nfd00::1\n');
  expect(node.calls()).toEqual(['ctdb pnn', 'ctdb -X ip']);
});

test('ipreallocated warns of addresses that are not where ctdb has them', async () => {
  const node = interfaceNode();
  // What is on an interface is the word of the kernel there is: it has 127.0.0.1, and nothing else of these.
  node.write('etc/public_addresses', '127.0.0.1/8 lo', '10.255.0.1/24 eth0', '10.255.0.2/24 eth0');
  node.set('public-ips', '127.0.0.1 0', '10.255.0.1 1', '10.255.0.2 0');
  expect(await node.raise(plugin, 'ipreallocated')).toEqual({
    status: 0,
    output:
      'WARNING: Public IP 127.0.0.1 is on interface lo but CTDB does not host it on this node\n' +
      'WARNING: Public IP 10.255.0.1 is on no interface but CTDB hosts it on this node\n',
  });
  expect(node.calls()).toEqual(['ctdb pnn', 'ctdb -X ip']);
  node.set('public-ips', '127.0.0.1 1', '10.255.0.1 0', '10.255.0.2 -1');
  expect(await node.raise(plugin, 'ipreallocated')).toEqual({ status: 0, output: '' });
});

test('ipreallocated names twenty such addresses and counts the others', async () => {
  const node = interfaceNode();
  const ips = Array.from({ length: 25 }, (_, last) => `10.255.0.${last}`);
  node.write('etc/public_addresses', ...ips.map((ip) => `${ip}/24 eth0`));
  node.set('public-ips', ...ips.map((ip) => `${ip} 1`));
  const { output } = await node.raise(plugin, 'ipreallocated');
  expect(output.match(/is on no interface/g)).toHaveLength(20);
  expect(output).toMatch(/\nWARNING: 5 more public IPs are not where CTDB has them\n$/);
});

test('a ctdb that answers PNN:1 means node 1', async () => {
  const node = interfaceNode();
  node.set('pnn', 'PNN:1');
  node.set('public-ips', '10.0.0.2 1', '10.0.0.3 0');
  expect((await node.raise(plugin, 'ipreallocated')).status).toBe(0);
  expect(node.read(list)).toBe('10.0.0.2\n');
});

test.each(['ctdb pnn', 'ctdb -X ip'])('ipreallocated leaves the list alone when `%s` fails', async (call) => {
  const node = interfaceNode();
  node.write(list, '10.0.0.2');
  node.set('failures', `${call} => connect() failed`);
  expect(await node.raise(plugin, 'ipreallocated')).toEqual({ status: 0, output: 'connect() failed\n' });
  expect(node.read(list)).toBe('10.0.0.2\n');
});

test('an option of its own file wins over script.options', async () => {
  const node = interfaceNode({ CTDB_PARTIALLY_ONLINE_INTERFACES: 'no' });
  node.write('etc/events/legacy/10.interface.options', 'CTDB_PARTIALLY_ONLINE_INTERFACES=yes');
  node.set('carriers', 'eth0');
  expect((await node.raise(plugin, 'monitor')).status).toBe(0);
});

test.each(['setup', 'startrecovery', 'recovered', 'startipreallocate'])(
  '%s is none of its business',
  async (event) => {
    const node = interfaceNode();
    expect(await node.raise(plugin, event)).toEqual({ status: 0, output: '' });
    expect(node.calls()).toEqual([]);
  },
);
