import type { NamedAddress } from '../network.ts';
import { addressMessage, isAhead, RTM_GETADDR, type AddressMessage } from './address-message.ts';
import { findKernelLinks } from './find-link.ts';
import { families, familyOfIp, ipBytes, ipText } from './ip-bytes.ts';
import { message } from './message.ts';
import type { DumpOptions, NetlinkSocket } from './netlink-socket.ts';

/** An address as the kernel has it. */
export interface KernelAddress {
  readonly ip: string;
  readonly maskBits: number;
  /** The number of its interface. */
  readonly index: number;
  /** IFA_F_... of linux/if_addr.h. */
  readonly flags: number;
  /** The other end, of a point-to-point address. */
  readonly peer?: string;
}

/** All places of an address. The kernel lets it be on several interfaces. */
export function findKernelAddress(route: NetlinkSocket, ip: string): KernelAddress[] {
  const wanted = ipBytes(ip);
  return dumpAddresses(route, familyOfIp(ip), { containing: wanted }).filter((address) => address.ip === ip);
}

/** All addresses of both families, with the number of their interface. Throws KernelError, SocketError. */
export const findKernelAddresses = (route: NetlinkSocket): KernelAddress[] => dumpAddresses(route, 0, {});

/**
 * All addresses of both families, whatever the state of the interface or the address, but not those that were put on ahead.
 * Throws KernelError, SocketError.
 */
export const findNamedAddresses = (route: NetlinkSocket): NamedAddress[] =>
  named(
    route,
    findKernelAddresses(route).filter((address) => !isAhead(address)),
  );

/** All addresses of IPv6, also those that were put on ahead. Throws KernelError, SocketError. */
export const findIpv6Addresses = (route: NetlinkSocket): KernelAddress[] =>
  dumpAddresses(route, families.ipv6, {});

/** Addresses with the names of their interfaces. Throws KernelError, SocketError. */
export function named(route: NetlinkSocket, addresses: readonly KernelAddress[]): NamedAddress[] {
  const links = new Map(findKernelLinks(route).map((link) => [link.index, link]));
  return addresses.flatMap(({ ip, maskBits, index }) => {
    const link = links.get(index);
    if (link === undefined) return [];
    const found = { iface: link.name, ip, maskBits };
    return [link.altnames.length === 0 ? found : { ...found, altnames: link.altnames }];
  });
}

function dumpAddresses(route: NetlinkSocket, family: number, options: DumpOptions): KernelAddress[] {
  const asked = { family, prefixLength: 0, flags: 0, scope: 0, index: 0, attributes: {} };
  return route.dump(message(RTM_GETADDR, addressMessage, asked), takeAddress, options);
}

function takeAddress(bytes: Buffer, start: number): KernelAddress | undefined {
  const [found] = addressMessage.take(bytes, start);
  return addressOf(found);
}

function addressOf({ prefixLength, flags, index, attributes }: AddressMessage): KernelAddress | undefined {
  const own = attributes.local ?? attributes.address;
  if (own === undefined || (own.length !== 4 && own.length !== 16)) return undefined;
  const found = { ip: ipText(own), maskBits: prefixLength, index, flags: attributes.flags ?? flags };
  const { address } = attributes;
  return address === undefined || address.equals(own) ? found : { ...found, peer: ipText(address) };
}
