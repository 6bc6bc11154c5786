import { endianness } from 'node:os';
import type { Codec } from './codec.ts';
import { MalformedPacket, needBytes } from './malformed-packet.ts';

/** CTDB copies numbers as they are in memory: both ends are on one machine. */
const order = endianness();

/**
 * A number from 0 to 4294967295.
 *
 *     0x2a000000
 *       └── 42, on a little-endian machine
 */
export const u32: Codec<number> = {
  size: () => 4,
  put: (value, bytes, offset) => bytes[`writeUInt32${order}`](value, offset),
  take(bytes, offset) {
    needBytes('u32', bytes, offset, 4);
    return [bytes[`readUInt32${order}`](offset), offset + 4];
  },
};

/**
 * A number from -2147483648 to 2147483647.
 *
 *     0x92ffffff
 *       └── -110, on a little-endian machine
 */
export const i32: Codec<number> = {
  size: () => 4,
  put: (value, bytes, offset) => bytes[`writeInt32${order}`](value, offset),
  take(bytes, offset) {
    needBytes('i32', bytes, offset, 4);
    return [bytes[`readInt32${order}`](offset), offset + 4];
  },
};

/** Eight bytes with a sign; refused beyond what a JavaScript number holds exactly. */
export const i64: Codec<number> = {
  size: () => 8,
  put: (value, bytes, offset) => bytes[`writeBigInt64${order}`](BigInt(value), offset),
  take(bytes, offset) {
    needBytes('i64', bytes, offset, 8);
    const value = bytes[`readBigInt64${order}`](offset);
    if (Number.isSafeInteger(Number(value))) return [Number(value), offset + 8];
    throw new MalformedPacket('i64', offset, 'a number below 2^53', `${value}`);
  },
};
