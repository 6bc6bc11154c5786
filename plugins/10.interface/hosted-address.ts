import type { Context, HostedAddress, PublicAddress } from 'ctdb-hook';

/** What ctdbd (4.25) gives as the interface of an address that is on none. */
export const noIface = '__none__';

/** Finds where an address really is, and warns of what ctdbd does not know. Undefined if it is nowhere. */
export async function findHosted(
  { iface, ip, maskBits }: PublicAddress,
  { network, log }: Context,
): Promise<HostedAddress | undefined> {
  const hosted = await network.findAddress(ip, iface === noIface ? undefined : iface);
  if (hosted === undefined) {
    log(`WARNING: Unable to determine interface for IP ${ip}`);
    return undefined;
  }
  if (hosted.iface !== iface) {
    log(`WARNING: Public IP ${ip} hosted on interface ${hosted.iface} but VNN says ${iface}`);
  }
  if (hosted.maskBits !== maskBits) {
    log(`WARNING: Public IP ${ip} has ${hosted.maskBits} bit netmask but VNN says ${maskBits}`);
  }
  return hosted;
}
