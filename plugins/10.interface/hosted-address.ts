import { Failure, type HostedAddress, type PublicAddress } from 'ctdb-hook';
import type { InterfaceContext } from './options.ts';
import { failsWithoutInterface, knowsNoInterface, overlooksAltnames } from './release.ts';

/** What ctdbd (4.25) gives as the interface of an address that is on none. */
export const noIface = '__none__';

/**
 * Finds where an address really is, and warns of what ctdbd does not know. Undefined if it is nowhere.
 *
 * @throws Failure if it is nowhere, where the installed release fails then.
 */
export async function findHosted(
  { iface, ip, maskBits }: PublicAddress,
  context: InterfaceContext,
): Promise<HostedAddress | undefined> {
  const { network, log } = context;
  const isSought = iface !== noIface && !overlooksAltnames(context);
  const hosted = await network.findAddress(ip, isSought ? iface : undefined);
  if (hosted === undefined) {
    if (failsWithoutInterface(context) && !(iface === noIface && knowsNoInterface(context)))
      throw new Failure(`ERROR: Unable to determine interface for IP ${ip}`);
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
