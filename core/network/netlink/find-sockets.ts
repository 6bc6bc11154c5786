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
import type { NetlinkSocket } from './netlink-socket.ts';

/** The TCP sockets bound to an address that are in one of these states, those of IPv4 first, in the kernel's order. */
export function findSockets(sockDiag: NetlinkSocket, ip: string, states: readonly TcpState[]): DiagAnswer[] {
  const local = ipBytes(ip);
  const mask = stateMask(states);
  if (isIpv6(ip)) return sockDiag.dump(getSockets(families.ipv6, local, mask), takeDiagAnswer);
  // A server that listens on :: has its connections of IPv4 as sockets of IPv6, bound to mapped addresses.
  const found = sockDiag.dump(getSocketsOfBothFamilies(local, mask), takeDiagAnswer);
  return found.sort((a, b) => a.family - b.family);
}

/** The port at this node's end. */
export const localPort = ({ id }: DiagAnswer): number => id.readUInt16BE(idOffsets.localPort);

/** Whether a socket is in one of these states. */
export const isIn = ({ state }: DiagAnswer, states: readonly TcpState[]): boolean =>
  states.some((name) => tcpStates[name] === state);

/** Both ends of a socket, as `ss` writes them but for mapped addresses. */
export function connectionOf({ family, id }: DiagAnswer): Connection {
  const end = (address: number, port: number): string => {
    const ip = ipText(unmapped(id.subarray(address, address + (family === families.ipv4 ? 4 : 16))));
    return `${isIpv6(ip) ? `[${ip}]` : ip}:${id.readUInt16BE(port)}`;
  };
  return {
    server: end(idOffsets.local, idOffsets.localPort),
    client: end(idOffsets.peer, idOffsets.peerPort),
  };
}
