import { attributes } from '../../codec/attributes.ts';
import { bytesExactly, restOfBytes } from '../../codec/bytes.ts';
import { needBytes } from '../../codec/malformed-packet.ts';
import { u32, u8 } from '../../codec/numbers.ts';
import { struct } from '../../codec/struct.ts';
import { families } from './ip-bytes.ts';
import { type Message, message } from './message.ts';

/** A request of sock_diag(7): the sockets in these states, or the one with this id. */
export interface DiagRequest {
  readonly family: number;
  readonly protocol: number;
  readonly extensions: number;
  readonly pad: number;
  /** A bit for each state. */
  readonly states: number;
  readonly id: Buffer;
  readonly attributes: { readonly filter?: Buffer };
}

/** The identity of a socket: the size and the offsets of `struct inet_diag_sockid` of linux/inet_diag.h. */
export const idBytes = 48;
export const idOffsets = { localPort: 0, peerPort: 2, local: 4, peer: 20 } as const;

/**
 * `struct inet_diag_req_v2` of linux/inet_diag.h, with its filter:
 *
 *     0x02 06 00 00 3e010000 01bdc350 0a000001... 0a0000c8... 00000000 0100000000000000
 *        │  │        │         │   │  │           │                  │                └── cookie
 *        │  │        │         │   │  │           │                  └─────────────────── interface
 *        │  │        │         │   │  │           └────────────────────────────────────── peer, 16 bytes
 *        │  │        │         │   │  └────────────────────────────────────────────────── local, 16 bytes
 *        │  │        │         │   └───────────────────────────────────────────────────── peer's port: 50000
 *        │  │        │         └───────────────────────────────────────────────────────── local port: 445
 *        │  │        └─────────────────────────────────────────────────────────────────── states
 *        │  └──────────────────────────────────────────────────────────────────────────── protocol: TCP
 *        └─────────────────────────────────────────────────────────────────────────────── family
 */
export const diagRequest = struct<DiagRequest>({
  family: u8,
  protocol: u8,
  extensions: u8,
  pad: u8,
  states: u32,
  id: bytesExactly(idBytes),
  attributes: attributes<{ filter: Buffer }>({ filter: [1, restOfBytes] }),
});

/** The used part of `struct inet_diag_msg`, with which sock_diag answers. */
export interface DiagAnswer {
  readonly family: number;
  readonly state: number;
  readonly id: Buffer;
}

/**
 * Takes the answer out of a dump. A dump may have thousands, so this is done by hand, in a third of a struct's time. The
 * rest of the message is not read.
 */
export function takeDiagAnswer(bytes: Buffer, offset: number): DiagAnswer {
  needBytes('socket', bytes, offset, 4 + idBytes);
  const id = Buffer.from(bytes.subarray(offset + 4, offset + 4 + idBytes)); // The next datagram overwrites these bytes.
  return { family: bytes.readUInt8(offset), state: bytes.readUInt8(offset + 1), id };
}

/** States of a TCP socket: net/tcp_states.h. */
export const tcpStates = {
  established: 1,
  synSent: 2,
  synReceived: 3,
  finWait1: 4,
  finWait2: 5,
  closeWait: 8,
  lastAck: 9,
  closing: 11,
  newSynReceived: 12,
} as const;

/** A state of a connection's socket. The states of listening, closed and TIME-WAIT sockets are left out. */
export type TcpState = keyof typeof tcpStates;

/** The bit mask of these states. */
export const stateMask = (states: readonly TcpState[]): number =>
  states.reduce((mask, state) => mask | (1 << tcpStates[state]), 0);

/** Asks for the TCP sockets of a family that are bound to an address and in one of these states. */
export function getSockets(family: number, local: Buffer, states: number): Message {
  return message(SOCK_DIAG_BY_FAMILY, diagRequest, {
    ...tcp,
    family,
    states,
    id: Buffer.alloc(idBytes),
    attributes: { filter: isLocal(local) },
  });
}

/**
 * Asks for the sockets of both families that are bound to any of these addresses. It uses the older request, for which the
 * kernel goes through its table of sockets only once.
 */
export function getSocketsOfBothFamilies(local: readonly Buffer[], states: number): Message {
  return message(TCPDIAG_GETSOCK, compatibleRequest, {
    family: 0,
    localLength: 0,
    peerLength: 0,
    extensions: 0,
    id: Buffer.alloc(idBytes),
    states,
    reserved: 0,
    attributes: { filter: isAnyLocal(local) },
  });
}

/** `struct inet_diag_req` of linux/inet_diag.h, and its filter. */
const compatibleRequest = struct<{
  family: number;
  localLength: number;
  peerLength: number;
  extensions: number;
  id: Buffer;
  states: number;
  reserved: number;
  attributes: { filter?: Buffer };
}>({
  family: u8,
  localLength: u8,
  peerLength: u8,
  extensions: u8,
  id: bytesExactly(idBytes),
  states: u32,
  reserved: u32,
  attributes: attributes<{ filter: Buffer }>({ filter: [1, restOfBytes] }),
});
const TCPDIAG_GETSOCK = 18;

/**
 * Destroys a socket. The kernel answers ENOENT if the socket is gone, EOPNOTSUPP if it was built without this request.
 *
 * It is a `diagRequest` without states and attributes, put by hand: there may be thousands at once, and this takes a tenth
 * of the time.
 */
export function destroySocket({ family, id }: Pick<DiagAnswer, 'family' | 'id'>): Message {
  const body = Buffer.allocUnsafe(8 + idBytes).fill(0);
  body[0] = family;
  body[1] = IPPROTO_TCP;
  id.copy(body, 8);
  return { type: SOCK_DESTROY, flags: 0, body };
}

const SOCK_DIAG_BY_FAMILY = 20;
const SOCK_DESTROY = 21;
const IPPROTO_TCP = 6;
const tcp = { protocol: IPPROTO_TCP, extensions: 0, pad: 0 } as const;

/**
 * A program for the kernel of one instruction: is the local address this one? A socket of IPv6 that is bound to the mapped
 * form of an IPv4 address matches that (`inet_diag_bc_op`, `inet_diag_hostcond`).
 *
 *     0x07 10 1400 02 20 0000 ffffffff 0a000001
 *        │  │    │  │  │              │        └── the address
 *        │  │    │  │  │              └─────────── any port
 *        │  │    │  │  └────────────────────────── prefix, in bits
 *        │  │    │  └───────────────────────────── family
 *        │  │    └──────────────────────────────── on no, go on beyond the end: refused
 *        │  └───────────────────────────────────── on yes, go on at the end: accepted
 *        └──────────────────────────────────────── INET_DIAG_BC_S_COND
 */
function isLocal(address: Buffer): Buffer {
  const program = Buffer.alloc(12 + address.length);
  const family = address.length === 4 ? families.ipv4 : families.ipv6;
  let at = u8.put(INET_DIAG_BC_S_COND, program, 0);
  at = u8.put(program.length, program, at);
  at = program.writeUInt16LE(program.length + jumpBytes, at);
  at = u8.put(family, program, at);
  at = u8.put(address.length * 8, program, at);
  program.writeInt32LE(-1, at + 2);
  address.copy(program, at + 6);
  return program;
}

/**
 * The same for several addresses: after each question but the last, a jump to the end on yes. On no four bytes are passed
 * over: that jump, or, after the last, the end.
 *
 *     0x07 10 1400 02 20 0000 ffffffff 0a000001   01 04 1400   07 10 1400 02 20 0000 ffffffff 0a000002
 *        │  │    │                            │    │  │    │                                        └── the last address
 *        │  │    │                            │    │  │    └── jump over this and the rest: accepted
 *        │  │    │                            │    │  └─────── for whoever checks the program: the length of this
 *        │  │    │                            │    └────────── INET_DIAG_BC_JMP
 *        │  │    │                            └─────────────── the first address
 *        │  │    └──────────────────────────────────────────── on no, go on after the jump
 *        │  └───────────────────────────────────────────────── on yes, go on with the jump
 *        └──────────────────────────────────────────────────── INET_DIAG_BC_S_COND
 */
function isAnyLocal(addresses: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  let rest = 0;
  for (const question of addresses.map(isLocal).reverse()) {
    if (rest > 0) {
      const jump = Buffer.from([INET_DIAG_BC_JMP, jumpBytes, 0, 0]);
      jump.writeUInt16LE(jumpBytes + rest, 2);
      parts.unshift(jump);
      rest += jumpBytes;
    }
    parts.unshift(question);
    rest += question.length;
  }
  return Buffer.concat(parts);
}

const INET_DIAG_BC_JMP = 1;
const INET_DIAG_BC_S_COND = 7;
const jumpBytes = 4;
