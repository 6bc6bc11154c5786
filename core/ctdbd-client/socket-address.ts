import { isIP } from 'node:net';
import type { Codec } from '../codec/codec.ts';
import { MalformedPacket, needBytes } from '../codec/malformed-packet.ts';
import { u16, u16be } from '../codec/numbers.ts';
import { ipBytes, ipText } from '../network/netlink/ip-bytes.ts';

/** An address with a port, 0 where only the address matters. */
export interface SocketAddress {
  readonly ip: string;
  readonly port: number;
}

/** AF_INET and AF_INET6 of Linux, and the place of the address in sockaddr_in and sockaddr_in6. */
const layouts = { ipv4: { family: 2, at: 4, bytes: 4 }, ipv6: { family: 10, at: 8, bytes: 16 } } as const;

/** A union of sockaddr_in and sockaddr_in6. */
const size = 28;

/**
 * An address as CTDB sends it, which is as the C library has it (ctdb_sock_addr).
 *
 *     0x020001bd0a6200010000...
 *       │   │   └── 10.98.0.1; IPv6 addresses begin four bytes later, after the flow
 *       │   └────── port 445, as networks have it
 *       └────────── IPv4
 */
export const socketAddress: Codec<SocketAddress> = {
  size: () => size,
  put({ ip, port }, bytes, offset) {
    const { family, at } = isIP(ip) === 6 ? layouts.ipv6 : layouts.ipv4;
    bytes.fill(0, offset, offset + size);
    u16be.put(port, bytes, u16.put(family, bytes, offset));
    ipBytes(ip).copy(bytes, offset + at);
    return offset + size;
  },
  take(bytes, offset) {
    needBytes('address', bytes, offset, size);
    const [family, afterFamily] = u16.take(bytes, offset);
    const layout = Object.values(layouts).find((known) => known.family === family);
    if (layout === undefined) throw new MalformedPacket('address', offset, 'family 2 or 10', `${family}`);
    const [port] = u16be.take(bytes, afterFamily);
    const start = offset + layout.at;
    return [{ ip: ipText(bytes.subarray(start, start + layout.bytes)), port }, offset + size];
  },
};
