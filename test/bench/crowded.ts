import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { BenchNode } from './bench-node.ts';
import type { ClientSide } from './client-side.ts';
import { crowd, type Case } from './comparisons.ts';
import { address } from './moves.ts';
import type { Measurement } from './take-turns.ts';

/**
 * `monitor` of a node with many interfaces, addresses and connections. Runs as root in a network namespace of its own, and leaves
 * all of that there.
 */
export async function crowded(
  directory: string,
  hasStock: boolean,
  client: ClientSide,
): Promise<Partial<Record<Case, Measurement>>> {
  const ifaces = Array.from({ length: crowd.ifaces }, (_, index) => `eth${index + 1}`);
  const addresses = Array.from({ length: crowd.addresses }, (_, index) => ({
    ip: `10.0.${index % ifaces.length}.${index + 11}`,
    iface: ifaces[index % ifaces.length] ?? '',
  }));
  for (const iface of ifaces.filter((each) => !isThere(each))) addPort(iface);
  for (const { ip, iface } of addresses) execFileSync('ip', ['addr', 'add', `${ip}/24`, 'dev', iface]);
  const near = addresses.filter(({ iface }) => iface === address.iface);
  for (const { ip } of near) await client.connect(ip, crowd.connections / near.length);
  const node = new BenchNode(join(directory, 'crowded'), {
    publicAddresses: addresses.map(({ ip, iface }) => `${ip}/24 ${iface}\n`).join(''),
    ifaces,
  });
  await node.raiseEarlierEvents();
  return {
    'monitor, 10 interfaces': () => node.raiseMs('hook', '10.interface', 'monitor'),
    ...(hasStock && {
      'stock monitor, 10 interfaces': () => node.raiseMs('stock', '10.interface', 'monitor'),
    }),
  };
}

/** An interface with a peer that is up, without which it would be down. */
function addPort(iface: string): void {
  execFileSync('ip', ['link', 'add', iface, 'type', 'veth', 'peer', 'name', `far-${iface}`]);
  for (const name of [iface, `far-${iface}`]) execFileSync('ip', ['link', 'set', name, 'up']);
}

function isThere(iface: string): boolean {
  return execFileSync('ip', ['-o', 'link', 'show'], { encoding: 'utf8' }).includes(`: ${iface}@`);
}
