import type { NamedAddress } from '../network.ts';
import { findNamedAddresses } from './find-address.ts';
import { openKernel } from './kernel.ts';

/**
 * All addresses of this node, of both families, whatever the state of the interface or the address.
 *
 * Needs no privilege. Throws KernelError or SocketError if the kernel cannot be asked, another error if koffi does not
 * load. Equivalent to: `ip -j addr show`.
 */
export async function findAllAddresses(): Promise<readonly NamedAddress[]> {
  return findNamedAddresses((await openKernel()).route);
}
