import { MalformedPacket } from './malformed-packet.ts';

/** One definition of a wire type: how many bytes a value takes, how to put it, how to take it. */
export interface Codec<T> {
  size(value: T): number;
  /** Returns the offset after the last byte put. `bytes` has room for `size(value)`. */
  put(value: T, bytes: Buffer, offset: number): number;
  /** Returns the value and the offset after the last byte taken. Throws MalformedPacket. */
  take(bytes: Buffer, offset: number): readonly [value: T, offset: number];
}

/** The type of the values of a codec. */
export type Decoded<C> = C extends Codec<infer T> ? T : never;

/** The bytes of a value. Throws RangeError for a value that the wire cannot carry. */
export function encode<T>(codec: Codec<T>, value: T): Buffer {
  // The memory comes from Node's pool: to allocate it for each message takes longer than all the rest.
  const bytes = Buffer.allocUnsafe(codec.size(value)).fill(0);
  codec.put(value, bytes, 0);
  return bytes;
}

/** The value of these bytes. No bytes may be left over. The value may share their memory. Throws MalformedPacket. */
export function decode<T>(codec: Codec<T>, bytes: Buffer): T {
  const [value] = whole(codec).take(bytes, 0);
  return value;
}

/** A codec that accepts no bytes after the value. */
export function whole<T>(codec: Codec<T>): Codec<T> {
  return {
    ...codec,
    take(bytes, offset) {
      const [value, end] = codec.take(bytes, offset);
      if (end !== bytes.length) {
        throw new MalformedPacket('end of packet', end, 'no more bytes', `${bytes.length - end}`);
      }
      return [value, end];
    },
  };
}

/** Takes a part of a larger value. A MalformedPacket then has the name of the larger one, too. */
export function takeWithin<T>(
  outer: string,
  codec: Codec<T>,
  bytes: Buffer,
  offset: number,
): readonly [value: T, offset: number] {
  try {
    return codec.take(bytes, offset);
  } catch (error) {
    throw error instanceof MalformedPacket ? error.within(outer) : error;
  }
}
