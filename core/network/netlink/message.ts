import { attributes } from '../../codec/attributes.ts';
import { cString } from '../../codec/c-string.ts';
import { type Codec, encode } from '../../codec/codec.ts';
import { MalformedPacket, needBytes } from '../../codec/malformed-packet.ts';
import { i32, u16, u32 } from '../../codec/numbers.ts';

/** A message to the kernel: its type and its body. The socket adds the sequence number and asks for the acknowledgement. */
export interface Message {
  readonly type: number;
  /** Flags beside NLM_F_REQUEST, NLM_F_ACK and NLM_F_DUMP. */
  readonly flags: number;
  readonly body: Buffer;
}

/** Makes a message of a value. */
export function message<T>(type: number, codec: Codec<T>, value: T, flags = 0): Message {
  return { type, flags, body: encode(codec, value) };
}

/**
 * What every message begins with:
 *
 *     0x48000000 1400 0506 2a000000 00000000
 *         │        │    │      │        └── pid: 0, the kernel finds out
 *         │        │    │      └─────────── seq: 42, repeated by the answers
 *         │        │    └────────────────── flags: REQUEST, ACK, EXCL, CREATE
 *         │        └─────────────────────── type: RTM_NEWADDR
 *         └──────────────────────────────── length: 72, this header included
 *
 * Format: https://docs.kernel.org/userspace-api/netlink/intro.html (`struct nlmsghdr`)
 */
export const header: Codec<Header> = {
  size: () => netlinkHeaderBytes,
  put({ length, type, flags, seq, pid }, bytes, offset) {
    u32.put(length, bytes, offset);
    u16.put(type, bytes, offset + 4);
    u16.put(flags, bytes, offset + 6);
    u32.put(seq, bytes, offset + 8);
    return u32.put(pid, bytes, offset + 12);
  },
  // This is done by hand, since a dump may have thousands: a struct would take three times as long.
  take(bytes, offset) {
    needBytes('header', bytes, offset, netlinkHeaderBytes);
    const [length] = u32.take(bytes, offset);
    const [type] = u16.take(bytes, offset + 4);
    const [flags] = u16.take(bytes, offset + 6);
    const [seq] = u32.take(bytes, offset + 8);
    const [pid] = u32.take(bytes, offset + 12);
    return [{ length, type, flags, seq, pid }, offset + netlinkHeaderBytes];
  },
};

/** The header of a message. */
export interface Header {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  readonly pid: number;
}

/** The length of `header` in bytes. In a datagram everything begins at multiples of four. */
export const netlinkHeaderBytes = 16;

/** Types and flags of linux/netlink.h. */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_REQUEST = 0x01;
export const NLM_F_ACK = 0x04;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;

/** Puts messages one after the other into one datagram. `flagsOf` answers the flags that are added to each message. */
export function putMessages(
  messages: readonly Message[],
  firstSeq: number,
  flagsOf: (index: number) => number,
): Buffer {
  const bytes = Buffer.alloc(
    messages.reduce((sum, { body }) => sum + aligned(netlinkHeaderBytes + body.length), 0),
  );
  let at = 0;
  for (const [index, { type, flags, body }] of messages.entries()) {
    const length = netlinkHeaderBytes + body.length;
    const added = flagsOf(index) | NLM_F_REQUEST;
    body.copy(
      bytes,
      header.put({ length, type, flags: flags | added, seq: firstSeq + index, pid: 0 }, bytes, at),
    );
    at += aligned(length);
  }
  return bytes;
}

/** Calls `tell` for each message of a datagram. Throws MalformedPacket if the lengths do not fit. */
export function eachMessage(
  datagram: Buffer,
  tell: (header: Header, start: number, end: number) => void,
): void {
  let at = 0;
  while (at < datagram.length) {
    const [head, start] = header.take(datagram, at);
    if (head.length < netlinkHeaderBytes)
      throw new MalformedPacket('message', at, `a length of ${netlinkHeaderBytes} or more`, `${head.length}`);
    needBytes('message', datagram, at, head.length);
    tell(head, start, at + head.length);
    at += aligned(head.length);
  }
}

/** The content of an NLMSG_ERROR. Errno 0 is an acknowledgement. */
export interface KernelVerdict {
  readonly errno: number;
  /** The kernel's own text, if it sends one (`NLMSGERR_ATTR_MSG`). */
  readonly text: string | undefined;
}

/** Takes an NLMSG_ERROR. Before its attributes it repeats the request, or only the request's header. */
export function takeVerdict({ flags }: Header, bytes: Buffer, start: number, end: number): KernelVerdict {
  const within = bytes.subarray(0, end);
  const [error, at] = i32.take(within, start);
  if ((flags & NLM_F_ACK_TLVS) === 0) return { errno: 0 - error, text: undefined };
  const [request] = header.take(within, at);
  const repeated = (flags & NLM_F_CAPPED) === 0 ? aligned(request.length) : netlinkHeaderBytes;
  const [{ text }] = errorAttributes.take(within, Math.min(at + repeated, end));
  return { errno: 0 - error, text };
}

const errorAttributes = attributes<{ text: string }>({ text: [1, cString] });
/** The next multiple of four. Lengths have 32 bits, and bit operators would read those as signed; so this divides. */
const aligned = (length: number): number => Math.ceil(length / 4) * 4;
