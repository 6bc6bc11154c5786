import { MalformedPacket, needBytes } from '../codec/malformed-packet.ts';
import { bytesExactly, padding } from '../codec/bytes.ts';
import { decode, encode, type Codec } from '../codec/codec.ts';
import { countedBytes } from '../codec/counted-bytes.ts';
import { i32, u32 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';

/** A client's request to ctdbd: a control of ctdb/protocol/protocol.h, by its number. */
export interface ControlRequest {
  readonly reqid: number;
  readonly opcode: number;
  readonly argument: Buffer;
  /** The pnn of the node that is asked, or one of `destinations`. By default the node that the client is on. */
  readonly destination?: number;
  /** Whether an answer is wanted, which is the default. Without one, several nodes may be told at once. */
  readonly isAnswered?: boolean;
}

/** The answer of ctdbd. */
export interface ControlReply {
  readonly reqid: number;
  /** 0, or for some controls the answer itself. Less than 0 if it failed. */
  readonly status: number;
  readonly answer: Buffer;
}

/** `CTDB`, the version that all CTDBs since 2007 have, and the two kinds of packets (ctdb/protocol/protocol.h). */
const magic = 0x43544442;
const version = 1;
const operations = { request: 7, reply: 8 } as const;

/** Who is asked, beside a node by its pnn: the client's own node, or all that it is connected to, with itself (protocol.h). */
export const destinations = { currentNode: 0xf000_0001, connectedNodes: 0xf000_0004 } as const;

/** The pnn of what is no node: of a client, and of the node of an address that is on none (CTDB_UNKNOWN_PNN). */
export const unknownPnn = 0xffff_ffff;

/** CTDB_CTRL_FLAG_NOREPLY. */
const noReply = 1;

/** ctdbd reads packets whose length is a multiple of this. */
const alignment = 8;

interface Header {
  readonly length: number;
  readonly magic: number;
  readonly version: number;
  readonly generation: number;
  readonly operation: number;
  readonly destination: number;
  readonly source: number;
  readonly reqid: number;
}

const header = struct<Header>({
  length: u32,
  magic: u32,
  version: u32,
  generation: u32,
  operation: u32,
  destination: u32,
  source: u32,
  reqid: u32,
});

const requestBody = struct({ opcode: u32, _gap: padding(4 + 8 + 4), flags: u32, argument: countedBytes });

/**
 * One whole request: `ctdb pnn`.
 *
 *     0x40000000425443440100...07000000010000f0ffffffff0100000023000000...00000000...
 *       │       │               │       │       │       │       │          └── length of the argument, which comes next
 *       │       │               │       │       │       │       └── opcode, then srvid, client and flags, all 0
 *       │       │               │       │       │       └────────── reqid
 *       │       │               │       └───────┴────────────────── from a client to this node
 *       │       │               └────────────────────────────────── a control
 *       │       └────────────────────────────────────────────────── magic, version and generation
 *       └────────────────────────────────────────────────────────── length of all of it
 */
export function encodeRequest({ reqid, opcode, argument, ...request }: ControlRequest): Buffer {
  const { destination = destinations.currentNode, isAnswered = true } = request;
  const flags = isAnswered ? 0 : noReply;
  const body = encode(requestBody, { opcode, _gap: undefined, flags, argument });
  const bytes = header.size(noHeader) + body.length;
  const length = Math.ceil(bytes / alignment) * alignment;
  const head: Header = { ...noHeader, length, operation: operations.request, destination, reqid };
  return Buffer.concat([encode(header, head), body], length);
}

const noHeader: Header = {
  length: 0,
  magic,
  version,
  generation: 0,
  operation: 0,
  destination: destinations.currentNode,
  source: unknownPnn,
  reqid: 0,
};

const replyBody = struct({ status: i32, answerBytes: u32, errorBytes: u32 });

/** The reply in one whole packet. @throws MalformedPacket */
export function decodeReply(packet: Buffer): ControlReply {
  const [head, start] = header.take(packet, 0);
  expectField('magic', head.magic, magic);
  expectField('version', head.version, version);
  expectField('operation', head.operation, operations.reply);
  const [{ status, answerBytes }, at] = replyBody.take(packet, start);
  needBytes('answer', packet, at, answerBytes);
  return { reqid: head.reqid, status, answer: packet.subarray(at, at + answerBytes) };
}

function expectField(name: string, had: number, needed: number): void {
  if (had !== needed) throw new MalformedPacket(name, 0, `${needed}`, `${had}`);
}

/** A fixed number of bytes that begin with a text and are filled up with NULs. RangeError for a text that does not fit. */
export function fixedText(count: number): Codec<string> {
  const bytes = bytesExactly(count);
  return {
    size: () => count,
    put(text, into, offset) {
      const room = Buffer.alloc(count);
      if (Buffer.byteLength(text) >= count)
        throw new RangeError(`Cannot encode text: expected at most ${count - 1} bytes, got ${text}`);
      room.write(text);
      return bytes.put(room, into, offset);
    },
    take(from, offset) {
      const [taken, end] = bytes.take(from, offset);
      const nul = taken.indexOf(0);
      return [taken.toString('utf8', 0, nul === -1 ? count : nul), end];
    },
  };
}

/** The value of a whole answer. @throws MalformedPacket */
export const decodeAnswer = <T>(codec: Codec<T>, { answer }: ControlReply): T => decode(codec, answer);
