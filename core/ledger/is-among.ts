import type { PublicAddress } from '../events/address.ts';
import type { HeldAddress } from './held.ts';

/** Whether the kernel has an address just there. ctdbd may know the interface by an altname. */
export function isAmong({ ip, iface, maskBits }: PublicAddress, held: readonly HeldAddress[]): boolean {
  return held.some(
    (other) =>
      other.ip === ip &&
      other.maskBits === maskBits &&
      (other.iface === iface || other.altnames?.includes(iface) === true),
  );
}
