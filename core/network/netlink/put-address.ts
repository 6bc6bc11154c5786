import type { PublicAddress } from '../../events/address.ts';
import { isAhead } from './address-message.ts';
import { addMessage, NoSuchDevice } from './addresses.ts';
import { findKernelAddress } from './find-address.ts';
import { findKernelLink } from './find-link.ts';
import { isKernelError } from './kernel-error.ts';
import { keepMessage } from './kernel-ahead.ts';
import { openKernel } from './kernel.ts';

/**
 * Puts an address on its interface, and does no other part of a take-over. An address that is there stays, also if it was
 * put on ahead.
 *
 * @throws KernelError, SocketError, NoSuchDevice, or another error if koffi does not load.
 */
export async function putAddress(address: PublicAddress): Promise<void> {
  const { route } = await openKernel();
  const link = findKernelLink(route, address.iface);
  if (link === undefined) throw new NoSuchDevice(address.iface);
  try {
    route.change(addMessage(address, link));
  } catch (error) {
    if (!isKernelError(error, 'EEXIST')) throw error;
    if (findKernelAddress(route, address.ip).some(isAhead)) route.change(keepMessage(address, link));
  }
}
