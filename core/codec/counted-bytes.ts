import type { Codec } from './codec.ts';
import { needBytes } from './malformed-packet.ts';
import { u32 } from './numbers.ts';

/**
 * Bytes of any value, after their number.
 *
 *     0x02000000ff00
 *       │       └── the bytes
 *       └────────── how many
 */
export const countedBytes: Codec<Buffer> = {
  size: (value) => 4 + value.length,
  put: (value, into, offset) => {
    const start = u32.put(value.length, into, offset);
    return start + value.copy(into, start);
  },
  take(from, offset) {
    const [length, start] = u32.take(from, offset);
    needBytes('bytes', from, start, length);
    return [from.subarray(start, start + length), start + length];
  },
};
