import { endianness } from 'node:os';
import type { Codec } from './codec.ts';
import { MalformedPacket, needBytes } from './malformed-packet.ts';

/** CTDB copies numbers as they are in memory: both ends are on one machine. */
const order = endianness();

/** Made once: to put a name together at each number takes longer than to read it. */
const [readU16, writeU16] = [`readUInt16${order}`, `writeUInt16${order}`] as const;
const [readU32, writeU32] = [`readUInt32${order}`, `writeUInt32${order}`] as const;
const [readI32, writeI32] = [`readInt32${order}`, `writeInt32${order}`] as const;
const [readI64, writeI64] = [`readBigInt64${order}`, `writeBigInt64${order}`] as const;

/** A number from 0 to 255: one byte. */
export const u8: Codec<number> = {
  size: () => 1,
  put: (value, bytes, offset) => bytes.writeUInt8(value, offset),
  take(bytes, offset) {
    needBytes('u8', bytes, offset, 1);
    return [bytes.readUInt8(offset), offset + 1];
  },
};

/** A number from 0 to 65535. */
export const u16: Codec<number> = {
  size: () => 2,
  put: (value, bytes, offset) => bytes[writeU16](value, offset),
  take(bytes, offset) {
    needBytes('u16', bytes, offset, 2);
    return [bytes[readU16](offset), offset + 2];
  },
};

/**
 * A number from 0 to 65535, as networks have it.
 *
 *     0x01bd
 *       └── 445, on every machine
 */
export const u16be: Codec<number> = {
  size: () => 2,
  put: (value, bytes, offset) => bytes.writeUInt16BE(value, offset),
  take(bytes, offset) {
    needBytes('u16be', bytes, offset, 2);
    return [bytes.readUInt16BE(offset), offset + 2];
  },
};

/** A number from 0 to 4294967295, as networks have it. */
export const u32be: Codec<number> = {
  size: () => 4,
  put: (value, bytes, offset) => bytes.writeUInt32BE(value, offset),
  take(bytes, offset) {
    needBytes('u32be', bytes, offset, 4);
    return [bytes.readUInt32BE(offset), offset + 4];
  },
};

/** Eight bytes without a sign, as networks have them; refused beyond what a JavaScript number holds exactly. */
export const u64be: Codec<number> = {
  size: () => 8,
  put: (value, bytes, offset) => bytes.writeBigUInt64BE(BigInt(value), offset),
  take(bytes, offset) {
    needBytes('u64be', bytes, offset, 8);
    const value = bytes.readBigUInt64BE(offset);
    if (Number.isSafeInteger(Number(value))) return [Number(value), offset + 8];
    throw new MalformedPacket('u64be', offset, 'a number below 2^53', `${value}`);
  },
};

/**
 * A number from 0 to 4294967295.
 *
 *     0x2a000000
 *       └── 42, on a little-endian machine
 */
export const u32: Codec<number> = {
  size: () => 4,
  put: (value, bytes, offset) => bytes[writeU32](value, offset),
  take(bytes, offset) {
    needBytes('u32', bytes, offset, 4);
    return [bytes[readU32](offset), offset + 4];
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
  put: (value, bytes, offset) => bytes[writeI32](value, offset),
  take(bytes, offset) {
    needBytes('i32', bytes, offset, 4);
    return [bytes[readI32](offset), offset + 4];
  },
};

/** Eight bytes with a sign; refused beyond what a JavaScript number holds exactly. */
export const i64: Codec<number> = {
  size: () => 8,
  put: (value, bytes, offset) => bytes[writeI64](BigInt(value), offset),
  take(bytes, offset) {
    needBytes('i64', bytes, offset, 8);
    const value = bytes[readI64](offset);
    if (Number.isSafeInteger(Number(value))) return [Number(value), offset + 8];
    throw new MalformedPacket('i64', offset, 'a number below 2^53', `${value}`);
  },
};
