import type { PublicAddress } from 'ctdb-hook';
import { addAddress } from './add-address.ts';
import { addToList } from './address-list.ts';
import { blockOf } from './block.ts';
import type { InterfaceContext } from './options.ts';

/** Puts an address on its interface. */
export async function takeip(address: PublicAddress, context: InterfaceContext): Promise<void> {
  const { iface, ip } = address;
  context.ctdb.stopTelling(ip); // It is here again, with other connections.
  await addToList(ip, context);
  await context.network.destroyStale(ip);
  await addAddress(address, context);
  await context.network.unblock(blockOf(iface, ip, context));
  await context.network.flushRoutes();
}
