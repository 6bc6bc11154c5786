import type { Block } from 'ctdb-hook';
import type { InterfaceContext } from './options.ts';

/** The block of an address while it is being released or moved; takeip lifts what a killed one left of it. */
export function blockOf(iface: string, ip: string, { options }: InterfaceContext): Block {
  return { iface, ip, packets: options.CTDB_KILLTCP_USE_SS_KILL === 'no' ? 'all' : 'new connections' };
}

/** Blocks, or warns: an address that cannot be blocked must be released all the same. */
export async function blockOrWarn(block: Block, { network, log }: InterfaceContext): Promise<void> {
  if (await network.block(block)) return;
  log(`WARNING: Unable to block packets to ${block.ip} on interface ${block.iface}`);
}
