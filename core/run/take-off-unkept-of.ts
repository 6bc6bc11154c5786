import { canonicalIp, isIpv6 } from '../events/address.ts';
import { takeOffUnkept } from '../network/netlink/take-off-unkept.ts';
import type { RaisedEvent } from './outcome.ts';

/**
 * Takes the address of a `takeip` that failed off, if it was put on ahead and is still there (`network/ahead-addresses.ts`).
 * ctdbd asks the kernel whether it has the address, and would not take it again. Never rejects; a failure is reported.
 */
export async function takeOffUnkeptOf(
  { name, argv }: RaisedEvent,
  report: (message: string) => void,
): Promise<void> {
  const ip = canonicalIp(argv[1] ?? '');
  if (name !== 'takeip' || ip === undefined || !isIpv6(ip)) return;
  try {
    await takeOffUnkept(ip);
  } catch (error) {
    report(`WARNING: whether ${ip} has left this node is not known: ${String(error)}`);
  }
}
