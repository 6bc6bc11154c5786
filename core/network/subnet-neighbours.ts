import { isIpv6, type PublicAddress } from '../events/address.ts';

/** Says that the kernel takes a whole subnet away with its first address. */
export const willLoseNeighbours = (device: string): string =>
  `WARNING: promote_secondaries of ${device} is 0 and cannot be set: other addresses of a subnet may leave with one`;

/**
 * Which addresses of an interface have gone beside the one that was deleted, such that they can be added again.
 *
 * @param before all addresses of the interface before the delete.
 * @param after those that are there now.
 */
export function lostNeighbours(
  before: readonly PublicAddress[],
  after: readonly PublicAddress[],
  deleted: Pick<PublicAddress, 'ip'>,
): readonly PublicAddress[] {
  const here = new Set(after.map(({ ip }) => ip));
  return before.filter(({ ip }) => ip !== deleted.ip && !isIpv6(ip) && !here.has(ip));
}
