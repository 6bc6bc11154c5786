import { canonicalIp } from '../events/address.ts';
import type { NamedAddress } from './network.ts';

/**
 * The addresses in the output of `ip -j addr show`, as in
 * `[{"ifname":"eth0","altnames":["lan"],"addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]`. Undefined if it is no such
 * array.
 *
 * @param which `held` leaves out those that were put on ahead (`ahead-addresses.ts`); `ahead` has only them.
 */
export function shownAddresses(
  output: string,
  which: 'held' | 'ahead' = 'held',
): readonly NamedAddress[] | undefined {
  try {
    const links: unknown = JSON.parse(output);
    return Array.isArray(links) ? links.flatMap((link) => addressesOf(link, which)) : undefined;
  } catch {
    return undefined;
  }
}

/** The addresses in one element of the array. iproute2 before 5.0 also lists empty elements. */
function addressesOf(link: unknown, which: 'held' | 'ahead'): readonly NamedAddress[] {
  const { ifname, altnames, addr_info: addresses } = fieldsOf(link);
  if (typeof ifname !== 'string' || !Array.isArray(addresses)) return [];
  const others = Array.isArray(altnames) ? altnames.filter((name) => typeof name === 'string') : [];
  return addresses.flatMap((address) => {
    const { local, prefixlen, ...flags } = fieldsOf(address);
    if (isAhead(flags) !== (which === 'ahead')) return [];
    const ip = typeof local === 'string' ? canonicalIp(local) : undefined;
    if (ip === undefined || typeof prefixlen !== 'number') return [];
    const named = { iface: ifname, ip, maskBits: prefixlen };
    return [others.length > 0 ? { ...named, altnames: others } : named];
  });
}

/** In iproute2's words: it has an end, is not for new connections, and brings no route to its subnet. */
const isAhead = ({ dynamic, deprecated, noprefixroute }: Readonly<Record<string, unknown>>): boolean =>
  dynamic === true && deprecated === true && noprefixroute === true;

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
