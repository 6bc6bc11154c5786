import type { Codec } from './codec.ts';
import { needBytes } from './malformed-packet.ts';

/** Exactly this many bytes, unchanged. They share the packet's memory. RangeError for another number of them. */
export function bytesExactly(count: number): Codec<Buffer> {
  return {
    size: () => count,
    put(value, bytes, offset) {
      if (value.length !== count)
        throw new RangeError(`Cannot encode bytes: expected ${count}, got ${value.length}`);
      return offset + value.copy(bytes, offset);
    },
    take(bytes, offset) {
      needBytes('bytes', bytes, offset, count);
      return [bytes.subarray(offset, offset + count), offset + count];
    },
  };
}

/** All bytes that are left, unchanged. They share the packet's memory. */
export const restOfBytes: Codec<Buffer> = {
  size: (value) => value.length,
  put: (value, bytes, offset) => offset + value.copy(bytes, offset),
  take: (bytes, offset) => [bytes.subarray(offset), bytes.length],
};

/** Bytes without a meaning. They are put as zeroes, and skipped. */
export function padding(count: number): Codec<undefined> {
  return {
    size: () => count,
    put(_value, bytes, offset) {
      bytes.fill(0, offset, offset + count);
      return offset + count;
    },
    take(bytes, offset) {
      needBytes('padding', bytes, offset, count);
      return [undefined, offset + count];
    },
  };
}
