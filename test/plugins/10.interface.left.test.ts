import { expect, test } from 'vitest';
import { interfaceNode, plugin } from './10.interface.node.ts';

const rule = 'INPUT -i eth0 -d 10.0.0.1 -j DROP';

test.each([
  ['releaseip', ['eth0 10.0.0.1 24']],
  ['takeip', []],
])('%s waits for the lock of iptables where somebody holds it', async (event, addresses) => {
  const node = interfaceNode();
  node.set('addresses', ...addresses);
  node.set('rules', `iptables ${rule}`);
  node.set('locked', '');
  expect(await node.raise(plugin, event, 'eth0', '10.0.0.1', '24')).toEqual({ status: 0, output: '' });
  expect(node.lines('rules')).toEqual([]);
});

test('a block that cannot be lifted is said', async () => {
  const node = interfaceNode();
  node.set('rules', `iptables ${rule}`);
  node.set('failures', 'iptables -D INPUT -d 10.0.0.1/32 -i eth0 -j DROP => iptables: out of memory');
  expect(await node.raise(plugin, 'takeip', 'eth0', '10.0.0.1', '24')).toEqual({
    status: 0,
    output:
      'WARNING: packets to 10.0.0.1 may still be blocked: iptables exited with status 2\niptables: out of memory\n',
  });
});

test('init and shutdown take off whatever address a line names, and init says what is wrong with the line', async () => {
  const node = interfaceNode();
  node.write(
    'etc/public_addresses',
    '10.0.0.1 eth0',
    '10.0.0.2/33 eth0',
    '10.0.0.3/24 eth0:1',
    '10.0.0.4/24 eth0 eth1',
  );
  const held = [1, 2, 3, 4].map((last) => `eth0 10.0.0.${last} 24`);
  const removed = [1, 2, 3, 4]
    .map((last) => `Removing public address 10.0.0.${last}/24 from device eth0\n`)
    .join('');
  const path = node.path('etc/public_addresses');
  node.set('addresses', ...held);
  expect(await node.raise(plugin, 'init')).toEqual({
    status: 0,
    output:
      `WARNING: ${path}:1: "10.0.0.1", expected a slash and mask bits from 0 to 32 after the address\n` +
      `WARNING: ${path}:2: "10.0.0.2/33", expected a slash and mask bits from 0 to 32 after the address\n` +
      `WARNING: ${path}:3: "eth0:1", expected the name of a network interface\n` +
      `WARNING: ${path}:4: "eth1" is passed over, expected interfaces with commas\n${removed}`,
  });
  expect(node.lines('addresses')).toEqual([]);
  node.set('addresses', ...held);
  expect(await node.raise(plugin, 'shutdown')).toEqual({ status: 0, output: removed });
  expect(node.lines('addresses')).toEqual([]);
});

test('an altname goes to iptables as the name of its device', async () => {
  const node = interfaceNode();
  node.set('links', 'eth0 public0');
  node.set('addresses', 'eth0 10.0.0.1 24');
  expect(await node.raise(plugin, 'releaseip', 'public0', '10.0.0.1', '24')).toEqual({
    status: 0,
    output: '',
  });
  expect(node.calls().filter((call) => call.startsWith('iptables'))).toEqual([
    `iptables -D ${rule}`,
    `iptables -I ${rule}`,
    `iptables -D ${rule}`,
  ]);
});
