import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { BenchNode, type By } from './bench-node.ts';
import type { ClientSide } from './client-side.ts';
import { addressCount, connectionCount, type Case } from './comparisons.ts';
import type { Measurement } from './take-turns.ts';

/** The address that moves, and where it is configured. */
export const address = { iface: 'eth1', ip: '10.0.0.1', maskBits: '24' } as const;
const event = [address.iface, address.ip, address.maskBits] as const;

/** An address that comes and goes, with and without connections. Runs as root in a network namespace of its own. */
export async function moves(
  directory: string,
  hasStock: boolean,
  client: ClientSide,
): Promise<Partial<Record<Case, Measurement>>> {
  // The stand-in of ctdb names it; it needs a peer that is up, or it is down.
  execFileSync('ip', ['link', 'add', 'eth2', 'type', 'veth', 'peer', 'name', 'peer2']);
  for (const iface of ['eth2', 'peer2']) execFileSync('ip', ['link', 'set', iface, 'up']);
  const node = new BenchNode(join(directory, 'moves'), {
    publicAddresses: `${address.ip}/${address.maskBits} ${address.iface}\n`,
  });
  const many = new BenchNode(join(directory, 'many'), {
    publicAddresses: Array.from(
      { length: addressCount },
      (_, index) => `10.0.1.${index + 1}/24 ${address.iface}\n`,
    ).join(''),
  });
  for (const each of [node, many]) await each.raiseEarlierEvents();
  const nfsMs = (by: By): number =>
    node.raiseMs(by, '60.nfs', 'takeip', ...event) + node.raiseMs(by, '60.nfs', 'releaseip', ...event);
  return {
    'monitor, 20 addresses': () => many.raiseMs('hook', '10.interface', 'monitor'),
    move: () => moveMs(node, 'hook'),
    'move, alone': () => moveMs(node, 'hook alone'),
    'move, connections': () => moveMs(node, 'hook', client),
    'move, 60.nfs': () => nfsMs('hook'),
    ...(hasStock && {
      'stock monitor, 20 addresses': () => many.raiseMs('stock', '10.interface', 'monitor'),
      'stock move': () => moveMs(node, 'stock'),
      'stock move, connections': () => moveMs(node, 'stock', client),
      'stock move, 60.nfs': () => nfsMs('stock'),
    }),
  };
}

/** With a client, it connects in between, and every connection has to be reset. */
async function moveMs(node: BenchNode, by: By, client?: ClientSide): Promise<number> {
  const takeMs = node.raiseMs(by, '10.interface', 'takeip', ...event);
  expectAddress(true);
  await client?.connect(address.ip, connectionCount);
  const releaseMs = node.raiseMs(by, '10.interface', 'releaseip', ...event);
  expectAddress(false);
  await client?.allReset();
  return takeMs + releaseMs;
}

function expectAddress(expected: boolean): void {
  const shown = execFileSync('ip', ['-o', 'addr', 'show', 'to', address.ip], { encoding: 'utf8' });
  if ((shown !== '') === expected) return;
  throw new Error(`${address.ip} is ${expected ? 'not on' : 'still on'} ${address.iface} after the event`);
}
