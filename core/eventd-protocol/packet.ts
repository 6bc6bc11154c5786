import { type Codec, takeWithin } from '../codec/codec.ts';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { u32 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';

/** A request or reply with its header. */
export interface Packet<T> {
  readonly version: number;
  /** Is chosen by the client. The reply has the same as the request. */
  readonly reqid: number;
  readonly body: T;
}

/** The bytes before the body: length, version and reqid. */
export const packetHeaderBytes = 12;

/**
 * One whole packet.
 *
 *     0x1400000000000000070000000100000008000000
 *       │       │       │       └── body
 *       │       │       └────────── reqid
 *       │       └────────────────── version
 *       └────────────────────────── length of all of it, these four bytes included
 */
export function packet<T>(body: Codec<T>): Codec<Packet<T>> {
  const afterLength = struct<Packet<T>>({ version: u32, reqid: u32, body });
  const size = (value: Packet<T>): number => 4 + afterLength.size(value);
  return {
    size,
    put: (value, bytes, offset) => afterLength.put(value, bytes, u32.put(size(value), bytes, offset)),
    take(bytes, offset) {
      const [length, start] = takeWithin('length', u32, bytes, offset);
      const had = bytes.length - offset;
      if (length !== had) throw new MalformedPacket('length', offset, `${had}`, `${length}`);
      return afterLength.take(bytes, start);
    },
  };
}
