import { isIP, SocketAddress } from 'node:net';

/** One public address as ctdbd names it in `takeip` and `releaseip`. */
export interface PublicAddress {
  /** The interface it belongs on. */
  readonly iface: string;
  /** IPv4 or IPv6, in canonical text form. */
  readonly ip: string;
  /** Length of the network prefix, 0 to 32 (IPv4) or 128 (IPv6). */
  readonly maskBits: number;
}

/** The arguments of `updateip`: an address that stays on the node and changes its interface. */
export interface AddressMove {
  /** The interface that it leaves; `__none__` if ctdbd does not know it (CTDB 4.25). */
  readonly oldIface: string;
  readonly newIface: string;
  readonly ip: string;
  readonly maskBits: number;
}

/** Longest interface name in bytes: IFNAMSIZ less its NUL, or ALTIFNAMSIZ for an altname (linux/if.h). */
const ifaceBytesMax = 127;

/** Whether the kernel accepts this as the name (or altname) of an interface. */
export function isIface(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  return bytes > 0 && bytes <= ifaceBytesMax && name !== '.' && name !== '..' && !/[\s/:\0]/.test(name);
}

/** The canonical form of an IP address, which the ledger, the network and the log use. Undefined if it is no IP address. */
export function canonicalIp(text: string): string | undefined {
  switch (isIP(text)) {
    case 4:
      return text;
    case 6:
      return text.includes('%') ? undefined : new SocketAddress({ address: text, family: 'ipv6' }).address;
    default:
      return undefined;
  }
}

/** Whether this is an IPv6 address. It must be an address in canonical form. */
export const isIpv6 = (ip: string): boolean => ip.includes(':');

/** The longest prefix an address of this family can have. */
export const maskBitsMax = (ip: string): number => (isIpv6(ip) ? 128 : 32);
