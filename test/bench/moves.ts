import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { BenchNode, type By } from './bench-node.ts';
import { ClientSide } from './client-side.ts';
import { connectionCount, type Case } from './comparisons.ts';
import type { Measurement } from './take-turns.ts';

/** The address that moves, and where it is configured. */
const address = { iface: 'eth1', ip: '10.0.0.1', maskBits: '24' } as const;
const event = [address.iface, address.ip, address.maskBits] as const;

/** An address that comes and goes, with and without connections. Runs as root in a network namespace of its own. */
export async function moves(
  directory: string,
  hasStock: boolean,
): Promise<Partial<Record<Case, Measurement>>> {
  const client = await ClientSide.start(address.iface);
  const node = (name: string, value: 'yes' | 'no'): BenchNode =>
    new BenchNode(join(directory, name), {
      publicAddresses: `${address.ip}/${address.maskBits} ${address.iface}\n`,
      scriptOptions: `CTDB_KILLTCP_USE_SS_KILL=${value}\n`,
    });
  const killtcp = node('killtcp', 'no');
  const ssKill = node('ss-kill', 'yes');
  const nfsMs = (by: By): number =>
    killtcp.raiseMs(by, '60.nfs', 'takeip', ...event) + killtcp.raiseMs(by, '60.nfs', 'releaseip', ...event);
  return {
    move: () => moveMs(killtcp, 'hook'),
    'move, ss -K': () => moveMs(ssKill, 'hook', client),
    'move, ctdb_killtcp': () => moveMs(killtcp, 'hook', client),
    'move, 60.nfs': () => nfsMs('hook'),
    ...(hasStock && {
      'stock move': () => moveMs(killtcp, 'stock'),
      'stock move, ctdb_killtcp': () => moveMs(killtcp, 'stock', client),
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
