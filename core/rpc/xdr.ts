import type { Codec } from '../codec/codec.ts';
import { MalformedPacket, needBytes } from '../codec/malformed-packet.ts';
import { u32be } from '../codec/numbers.ts';

/**
 * A number from 0 to 4294967295 as XDR has it, RFC 4506 4.2.
 *
 *     0x0000002a
 *       └── 42
 */
export const xdrNumber: Codec<number> = u32be;

/**
 * Bytes of any length up to `bytesMax` as XDR has them, RFC 4506 4.10; RangeError for more. A `string` is the same.
 *
 *     0x0000000374637000
 *       │       │     └── zeros up to a multiple of 4
 *       │       └──────── "tcp"
 *       └──────────────── length, without the zeros
 */
export function xdrOpaque(bytesMax: number): Codec<Buffer> {
  return {
    size: (value) => 4 + padded(value.length),
    put(value, bytes, offset) {
      if (value.length > bytesMax)
        throw new RangeError(
          `Cannot encode xdr opaque: expected at most ${bytesMax} bytes, got ${value.length}`,
        );
      const start = xdrNumber.put(value.length, bytes, offset);
      value.copy(bytes, start);
      bytes.fill(0, start + value.length, start + padded(value.length));
      return start + padded(value.length);
    },
    take(bytes, offset) {
      const [length, start] = xdrNumber.take(bytes, offset);
      if (length > bytesMax)
        throw new MalformedPacket('xdr opaque', offset, `a length of at most ${bytesMax}`, `${length}`);
      needBytes('xdr opaque', bytes, start, padded(length));
      return [bytes.subarray(start, start + length), start + padded(length)];
    },
  };
}

const padded = (length: number): number => length + (-length & 3);
