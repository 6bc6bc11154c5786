import { type Codec, takeWithin } from './codec.ts';
import { MalformedPacket, needBytes } from './malformed-packet.ts';
import { u16 } from './numbers.ts';

/** An attribute: its number and its content, which may be attributes again. */
export type Attribute<T> = readonly [type: number, payload: Codec<T>];

/**
 * Attributes of netlink up to the end of what holds them, each of which may be missing. Those of other numbers are
 * skipped. `attributes({ local: [2, bytesExactly(4)], flags: [8, u32] })`:
 *
 *     0x080002000a000001 0800080080000000
 *       │   │   │          │   │   └── flags: 128
 *       │   │   │          │   └────── 8
 *       │   │   │          └────────── length, its own four bytes included
 *       │   │   └───────────────────── local: 10.0.0.1
 *       │   └───────────────────────── 2
 *       └───────────────────────────── length; what comes next begins at a multiple of four
 *
 * Format: https://docs.kernel.org/userspace-api/netlink/intro.html (`struct nlattr`)
 */
export function attributes<T extends object>(fields: {
  readonly [K in keyof T]-?: Attribute<Exclude<T[K], undefined>>;
}): Codec<Partial<T>> {
  type Key = keyof T & string;
  const entries = Object.entries(fields) as [Key, Attribute<T[Key]>][];
  return {
    size(value) {
      let sum = 0;
      for (const [name, [, payload]] of entries) {
        const one = value[name];
        if (one !== undefined) sum += attributeSize(payload.size(one));
      }
      return sum;
    },
    put(value, bytes, offset) {
      let at = offset;
      for (const [name, [type, payload]] of entries) {
        const one = value[name];
        if (one !== undefined) at = putAttribute(type, payload, one, bytes, at);
      }
      return at;
    },
    take(bytes, offset) {
      const value: Partial<T> = {};
      const end = eachAttribute(bytes, offset, (number, start, stop) => {
        const entry = entries.find(([, [type]]) => numberOf(type) === number);
        if (entry === undefined) return;
        const [name, [, payload]] = entry;
        [value[name]] = takeWithin(name, payload, bytes.subarray(0, stop), start);
      });
      return [value, end];
    },
  };
}

/** All attributes of one number, up to the end of the attribute that holds them. Others are skipped. */
export function attributeList<T>([type, payload]: Attribute<T>): Codec<readonly T[]> {
  return {
    size: (values) => values.reduce((sum, value) => sum + attributeSize(payload.size(value)), 0),
    put: (values, bytes, offset) =>
      values.reduce((at, value) => putAttribute(type, payload, value, bytes, at), offset),
    take(bytes, offset) {
      const values: T[] = [];
      const end = eachAttribute(bytes, offset, (number, start, stop) => {
        if (number !== numberOf(type)) return;
        const [value] = takeWithin(`[${values.length}]`, payload, bytes.subarray(0, stop), start);
        values.push(value);
      });
      return [values, end];
    },
  };
}

/** A flag in the number of an attribute that holds attributes (NLA_F_NESTED). Kernels do not always set it. */
export const nested = 0x8000;

/** The number without its flags (NLA_TYPE_MASK). */
const numberOf = (type: number): number => type & 0x3fff;

const headerBytes = 4;
const aligned = (size: number): number => (size + 3) & ~3;
const attributeSize = (payloadBytes: number): number => aligned(headerBytes + payloadBytes);

/** Puts an attribute. Its length does not count the padding to four bytes. `bytes` holds zeroes. */
function putAttribute<T>(type: number, payload: Codec<T>, value: T, bytes: Buffer, offset: number): number {
  const start = u16.put(type, bytes, offset + 2);
  const end = payload.put(value, bytes, start);
  u16.put(end - offset, bytes, offset);
  return offset + aligned(end - offset);
}

/** Calls back for each attribute, and returns the end. The last one need not be padded. */
function eachAttribute(
  bytes: Buffer,
  offset: number,
  tell: (number: number, start: number, end: number) => void,
): number {
  let at = offset;
  while (at < bytes.length) {
    needBytes('attribute', bytes, at, headerBytes);
    const [length] = u16.take(bytes, at);
    const [type] = u16.take(bytes, at + 2);
    if (length < headerBytes)
      throw new MalformedPacket('attribute', at, `a length of ${headerBytes} or more`, `${length}`);
    needBytes(`attribute ${numberOf(type)}`, bytes, at, length);
    tell(numberOf(type), at + headerBytes, at + length);
    at += aligned(length);
  }
  return Math.max(offset, Math.min(at, bytes.length));
}
