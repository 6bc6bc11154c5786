import { canonicalIp } from '../events/address.ts';
import type { NamedAddress } from './network.ts';

/**
 * The addresses in the output of `ip -j addr show`, as in
 * `[{"ifname":"eth0","altnames":["lan"],"addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]`. Undefined if it is no such
 * array.
 */
export function shownAddresses(output: string): readonly NamedAddress[] | undefined {
  try {
    const links: unknown = JSON.parse(output);
    return Array.isArray(links) ? links.flatMap(addressesOf) : undefined;
  } catch {
    return undefined;
  }
}

/** The addresses in one element of the array. iproute2 before 5.0 also lists empty elements. */
function addressesOf(link: unknown): readonly NamedAddress[] {
  const { ifname, altnames, addr_info: addresses } = fieldsOf(link);
  if (typeof ifname !== 'string' || !Array.isArray(addresses)) return [];
  const others = Array.isArray(altnames) ? altnames.filter((name) => typeof name === 'string') : [];
  return addresses.flatMap((address) => {
    const { local, prefixlen } = fieldsOf(address);
    const ip = typeof local === 'string' ? canonicalIp(local) : undefined;
    if (ip === undefined || typeof prefixlen !== 'number') return [];
    const named = { iface: ifname, ip, maskBits: prefixlen };
    return [others.length > 0 ? { ...named, altnames: others } : named];
  });
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
