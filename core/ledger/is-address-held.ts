import { canonicalIp } from '../events/address.ts';
import { heldAddresses } from './held.ts';

/**
 * Whether the kernel has this address on an interface.
 *
 * @returns undefined if the kernel could not be asked, which is reported.
 */
export async function isAddressHeld(
  ip: string,
  report: (message: string) => void,
): Promise<boolean | undefined> {
  const asked = canonicalIp(ip);
  const held = await heldAddresses((each) => each === asked, report);
  return held === undefined ? undefined : held.length > 0;
}
