import { promoteSecondaries } from '../kernel-settings.ts';
import { deleteMessage } from './addresses.ts';
import { findKernelAddress } from './find-address.ts';
import { findKernelLink } from './find-link.ts';
import { openKernel } from './kernel.ts';

/**
 * Takes an address off every interface that has it, and does no other part of a release.
 *
 * @returns the names of these interfaces
 * @throws KernelError, SocketError, or another error if koffi does not load.
 */
export async function removeAddress(ip: string): Promise<readonly string[]> {
  const { route } = await openKernel();
  return findKernelAddress(route, ip).map((address) => {
    const iface = findKernelLink(route, address.index)?.name ?? `interface ${address.index}`;
    promoteSecondaries('/proc', iface);
    route.change(deleteMessage(address, address.index));
    return iface;
  });
}
