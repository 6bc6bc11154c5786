import { endianness } from 'node:os';
import type { Codec } from './codec.ts';
import { MalformedPacket, needBytes } from './malformed-packet.ts';

/** The byte order. CTDB copies numbers as they are in memory: both ends are on one machine. */
const order = endianness();

/** The names are made once: to put a name together for each number takes longer than to read it. */
const [readU16, writeU16] = [`readUInt16${order}`, `writeUInt16${order}`] as const;
const [readU32, writeU32] = [`readUInt32${order}`, `writeUInt32${order}`] as const;
const [readI32, writeI32] = [`readInt32${order}`, `writeInt32${order}`] as const;
const [readI64, writeI64] = [`readBigInt64${order}`, `writeBigInt64${order}`] as const;

/** A number from 0 to 255: one byte. */
export const u8 = number('u8', 1, {
  put: (value, bytes, offset) => bytes.writeUInt8(value, offset),
  read: (bytes, offset) => bytes.readUInt8(offset),
});

/** A number from 0 to 65535. */
export const u16 = number('u16', 2, {
  put: (value, bytes, offset) => bytes[writeU16](value, offset),
  read: (bytes, offset) => bytes[readU16](offset),
});

/**
 * A number from 0 to 65535, as networks have it.
 *
 *     0x01bd
 *       └── 445, on every machine
 */
export const u16be = number('u16be', 2, {
  put: (value, bytes, offset) => bytes.writeUInt16BE(value, offset),
  read: (bytes, offset) => bytes.readUInt16BE(offset),
});

/** A number from 0 to 4294967295 in network byte order. */
export const u32be = number('u32be', 4, {
  put: (value, bytes, offset) => bytes.writeUInt32BE(value, offset),
  read: (bytes, offset) => bytes.readUInt32BE(offset),
});

/** Eight bytes without a sign, in network byte order. Numbers are refused that JavaScript cannot hold exactly. */
export const u64be = number('u64be', 8, {
  put: (value, bytes, offset) => bytes.writeBigUInt64BE(BigInt(value), offset),
  read: (bytes, offset) => exact('u64be', bytes.readBigUInt64BE(offset), offset),
});

/**
 * A number from 0 to 4294967295.
 *
 *     0x2a000000
 *       └── 42, on a little-endian machine
 */
export const u32 = number('u32', 4, {
  put: (value, bytes, offset) => bytes[writeU32](value, offset),
  read: (bytes, offset) => bytes[readU32](offset),
});

/**
 * A number from -2147483648 to 2147483647.
 *
 *     0x92ffffff
 *       └── -110, on a little-endian machine
 */
export const i32 = number('i32', 4, {
  put: (value, bytes, offset) => bytes[writeI32](value, offset),
  read: (bytes, offset) => bytes[readI32](offset),
});

/** Eight bytes with a sign. Numbers are refused that JavaScript cannot hold exactly. */
export const i64 = number('i64', 8, {
  put: (value, bytes, offset) => bytes[writeI64](BigInt(value), offset),
  read: (bytes, offset) => exact('i64', bytes[readI64](offset), offset),
});

/** A number of so many bytes, by how it is put at an offset and read there. */
function number(
  name: string,
  size: number,
  { put, read }: Pick<Codec<number>, 'put'> & { read: (bytes: Buffer, offset: number) => number },
): Codec<number> {
  return {
    size: () => size,
    put,
    take(bytes, offset) {
      needBytes(name, bytes, offset, size);
      return [read(bytes, offset), offset + size];
    },
  };
}

function exact(name: string, value: bigint, offset: number): number {
  if (Number.isSafeInteger(Number(value))) return Number(value);
  throw new MalformedPacket(name, offset, 'a number below 2^53', `${value}`);
}
