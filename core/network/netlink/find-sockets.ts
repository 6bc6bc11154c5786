import { isIpv6 } from '../../events/address.ts';
import type { Connection } from '../network.ts';
import {
  getSockets,
  getSocketsOfBothFamilies,
  idOffsets,
  stateMask,
  takeDiagAnswer,
  tcpStates,
  type DiagAnswer,
  type TcpState,
} from './diag-message.ts';
import { families, ipBytes, ipText, unmapped } from './ip-bytes.ts';
import type { NetlinkSocket, TakeAnswer } from './netlink-socket.ts';

/** The TCP sockets that are bound to an address and are in one of these states. IPv4 comes first; the order is the kernel's. */
export function findSockets(sockDiag: NetlinkSocket, ip: string, states: readonly TcpState[]): DiagAnswer[] {
  const local = ipBytes(ip);
  const mask = stateMask(states);
  if (isIpv6(ip)) return sockDiag.dump(getSockets(families.ipv6, local, mask), takeDiagAnswer);
  // The IPv4 connections of a server that listens on :: are IPv6 sockets, bound to mapped addresses.
  const found = sockDiag.dump(getSocketsOfBothFamilies([local], mask), takeDiagAnswer);
  return found.sort(byFamily);
}

/** The sockets of several addresses together; undefined if there are more than `countMax`. */
export function findSocketsOf(
  sockDiag: NetlinkSocket,
  ips: readonly string[],
  states: readonly TcpState[],
  countMax: number,
): DiagAnswer[] | undefined {
  let count = 0;
  const takeSome: TakeAnswer<DiagAnswer> = (bytes, offset) => {
    count += 1;
    return count > countMax ? undefined : takeDiagAnswer(bytes, offset);
  };
  const found = sockDiag.dump(getSocketsOfBothFamilies(ips.map(ipBytes), stateMask(states)), takeSome);
  return count > countMax ? undefined : found.sort(byFamily);
}

const byFamily = (a: DiagAnswer, b: DiagAnswer): number => a.family - b.family;

/** The address of this node to which a socket is bound. A mapped address is given as IPv4. */
export function ipOf({ family, id }: DiagAnswer): string {
  return endIp(family, id, idOffsets.local);
}

function endIp(family: number, id: Buffer, offset: number): string {
  return ipText(unmapped(id.subarray(offset, offset + (family === families.ipv4 ? 4 : 16))));
}

/** The port at this node's end. */
export const localPort = ({ id }: DiagAnswer): number => id.readUInt16BE(idOffsets.localPort);

/** Whether a socket is in one of these states. */
export const isIn = ({ state }: DiagAnswer, states: readonly TcpState[]): boolean =>
  states.some((name) => tcpStates[name] === state);

/** Both ends of a socket, as `ss` writes them, but with mapped addresses as IPv4. */
export function connectionOf({ family, id }: DiagAnswer): Connection {
  const end = (address: number, port: number): string => {
    const ip = endIp(family, id, address);
    return `${isIpv6(ip) ? `[${ip}]` : ip}:${id.readUInt16BE(port)}`;
  };
  return {
    server: end(idOffsets.local, idOffsets.localPort),
    client: end(idOffsets.peer, idOffsets.peerPort),
  };
}
