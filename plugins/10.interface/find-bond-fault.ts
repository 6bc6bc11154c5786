import type { Bond } from 'ctdb-hook';

/** What is wrong with a bond, by what the bonding driver says of it; undefined if it can carry traffic. */
export function findBondFault(
  { noActiveSlave, anyUp, is8023ad, anySlaveUp }: Bond,
  name: string,
): string | undefined {
  if (noActiveSlave) return `No active slaves for bond device ${name}`;
  if (!anyUp) return `public network interface ${name} is down`;
  // The driver can say that the bond is up when none of its links is.
  if (is8023ad && !anySlaveUp) return `No active slaves for 802.ad bond device ${name}`;
  return undefined;
}
