import { StubNode } from '../support/stub-node.ts';

/** The plugin under test. */
export const plugin = '10.interface';

/** A node with two interfaces for two public addresses, both with a link, and these options. */
export function interfaceNode(
  options: Readonly<Record<string, string>> = {},
  missing: readonly string[] = [],
): StubNode {
  const node = new StubNode(missing);
  node.write('etc/public_addresses', '10.0.0.1/24 eth0,eth1', '10.0.0.2/24 eth0,eth1');
  node.write('etc/script.options', ...Object.entries(options).map(([name, value]) => `${name}=${value}`));
  node.write('proc/sys/net/ipv4/conf/all/promote_secondaries', '0');
  for (const iface of ['eth0', 'eth1'])
    node.write(`proc/sys/net/ipv4/conf/${iface}/promote_secondaries`, '0');
  node.set('links', 'eth0', 'eth1');
  node.set('carriers', 'eth0', 'eth1');
  node.set('ifaces', 'eth0', 'eth1');
  node.set('pnn', '1');
  return node;
}
