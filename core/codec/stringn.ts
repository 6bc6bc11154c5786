import type { Codec } from './codec.ts';
import { MalformedPacket, needBytes } from './malformed-packet.ts';
import { u32 } from './numbers.ts';
import { bytesOf, textOf } from '../text/bytes-as-text.ts';

/**
 * A C string as the bytes that it has, or null. RangeError for one with a NUL, which would be its end.
 *
 *     0x040000006f6e6500
 *       │       └── "one" and its NUL
 *       └────────── length, the NUL included; 0 for null
 *
 * Format: https://github.com/samba-team/samba/blob/4614f04b062/ctdb/protocol/protocol_basic.c (`ctdb_stringn`)
 */
export const stringn: Codec<Buffer | null> = {
  size: (value) => 4 + (value === null ? 0 : value.length + 1),
  put(value, bytes, offset) {
    if (value === null) return u32.put(0, bytes, offset);
    const nul = value.indexOf(0);
    if (nul !== -1) throw new RangeError(`Cannot encode stringn: has a NUL at ${nul}, expected none`);
    const start = u32.put(value.length + 1, bytes, offset);
    return bytes.writeUInt8(0, start + value.copy(bytes, start));
  },
  take(bytes, offset) {
    const [length, start] = u32.take(bytes, offset);
    if (length === 0) return [null, start];
    needBytes('stringn', bytes, start, length);
    const nul = bytes.subarray(start, start + length).indexOf(0);
    if (nul === length - 1) return [bytes.subarray(start, start + nul), start + length];
    const had = nul === -1 ? 'none' : `one at ${nul}`;
    throw new MalformedPacket('stringn', offset, `a NUL as byte ${length - 1} of the string`, had);
  },
};

/** A `stringn` as text that keeps every byte (`textOf`), or null. */
export const textOrNull: Codec<string | null> = {
  size: (value) => stringn.size(value === null ? null : bytesOf(value)),
  put: (value, bytes, offset) => stringn.put(value === null ? null : bytesOf(value), bytes, offset),
  take(bytes, offset) {
    const [value, end] = stringn.take(bytes, offset);
    return [value === null ? null : textOf(value), end];
  },
};

/** A `stringn` as text that keeps every byte (`textOf`); null is refused. */
export const text: Codec<string> = {
  ...textOrNull,
  take(bytes, offset) {
    const [value, end] = textOrNull.take(bytes, offset);
    if (value === null) throw new MalformedPacket('stringn', offset, 'a string', 'null');
    return [value, end];
  },
};
