import { isIpv6, type PublicAddress } from '../events/address.ts';

/** The warning that the kernel may delete a whole subnet with its first address. */
export const willLoseNeighbours = (device: string): string =>
  `WARNING: promote_secondaries of ${device} is 0 and cannot be set: other addresses of a subnet may leave with one`;

/**
 * The addresses of an interface that have gone together with the one that was deleted, so that they can be added again.
 *
 * @param before all addresses of the interface before the delete.
 * @param after the addresses that are there now.
 */
export function lostNeighbours(
  before: readonly PublicAddress[],
  after: readonly PublicAddress[],
  deleted: Pick<PublicAddress, 'ip'>,
): readonly PublicAddress[] {
  const here = new Set(after.map(({ ip }) => ip));
  return before.filter(({ ip }) => ip !== deleted.ip && !isIpv6(ip) && !here.has(ip));
}
