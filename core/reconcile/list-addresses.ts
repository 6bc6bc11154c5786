import { findAllAddresses } from '../network/netlink/find-all-addresses.ts';
import type { NamedAddress } from '../network/network.ts';

/**
 * All addresses of the node by netlink. Undefined if `ip` has to be asked: koffi does not load, the kernel did not answer,
 * or CTDB_HOOK_NETWORK is `commands`.
 */
export async function listNodeAddresses(): Promise<readonly NamedAddress[] | undefined> {
  if (process.env['CTDB_HOOK_NETWORK'] === 'commands') return undefined;
  return findAllAddresses().catch(() => undefined);
}
