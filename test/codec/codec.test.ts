import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array } from '../../core/codec/array.ts';
import { bytesExactly, padding } from '../../core/codec/bytes.ts';
import { choice } from '../../core/codec/choice.ts';
import { type Codec, decode, encode } from '../../core/codec/codec.ts';
import { countedBytes } from '../../core/codec/counted-bytes.ts';
import { flag } from '../../core/codec/flag.ts';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { i32, i64, u16, u16be, u32, u32be, u64be, u8 } from '../../core/codec/numbers.ts';
import { stringn, text, textOrNull } from '../../core/codec/stringn.ts';
import { struct } from '../../core/codec/struct.ts';
import { variant } from '../../core/codec/variant.ts';
import { b } from './hex.ts';

const named = struct({ reqid: u32, name: text });
const shape = variant('kind', choice({ number: 1, name: 2 }), {
  number: struct({ value: u32 }),
  name: struct({ value: text }),
});

/** What a codec makes of a value, on a little-endian machine. */
const cases: readonly (readonly [name: string, codec: Codec<unknown>, value: unknown, hex: string])[] = [
  ['u8', u8, 255, 'ff'],
  ['u16', u16, 445, 'bd01'],
  ['u16be', u16be, 445, '01bd'],
  ['u32be', u32be, 4_294_967_286, 'fffffff6'],
  ['u64be', u64be, 60_000, '00000000 0000ea60'],
  ['bytesExactly', bytesExactly(4), b('0a000001'), '0a000001'],
  ['padding', struct({ pad: padding(3), last: u8 }), { pad: undefined, last: 7 }, '000000 07'],
  ['u32', u32, 42, '2a000000'],
  ['u32', u32, 4_294_967_295, 'ffffffff'],
  ['i32', i32, -110, '92ffffff'],
  ['i64', i64, -2, 'feffffffffffffff'],
  ['i64', i64, 1_795_390_271, '3f7b036b 00000000'],
  ['flag', flag, false, '00000000'],
  ['flag', flag, true, '01000000'],
  ['countedBytes', countedBytes, Buffer.alloc(0), '00000000'],
  ['countedBytes', countedBytes, b('ff 00 6f'), '03000000 ff006f'],
  ['stringn', stringn, null, '00000000'],
  ['stringn', stringn, Buffer.alloc(0), '01000000 00'],
  ['stringn', stringn, b('6f 6e 65'), '04000000 6f6e65 00'],
  ['textOrNull', textOrNull, null, '00000000'],
  ['text', text, 'mü\udcff', '05000000 6d c3bc ff 00'],
  ['choice', choice({ disable: 0, enable: 1 }), 'enable', '01000000'],
  ['array', array(u32, 2), [7, 9], '02000000 07000000 09000000'],
  ['struct', named, { reqid: 7, name: 'one' }, '07000000 04000000 6f6e65 00'],
  ['variant', shape, { kind: 'number', value: 7 }, '01000000 07000000'],
  ['variant', shape, { kind: 'name', value: 'one' }, '02000000 04000000 6f6e65 00'],
];

describe.each(cases)('%s', (_name, codec, value, hex) => {
  test(`puts ${JSON.stringify(value)} as 0x${hex}, and takes it back`, () => {
    expect(encode(codec, value).toString('hex')).toBe(b(hex).toString('hex'));
    expect(decode(codec, b(hex))).toEqual(value);
  });

  test('is taken from the middle of a packet, with the offset after it', () => {
    expect(codec.take(Buffer.concat([b('ffff'), b(hex), b('ff')]), 2)).toEqual([value, 2 + b(hex).length]);
  });

  test('is refused wherever it is cut off', () => {
    for (let length = 0; length < b(hex).length; length += 1) {
      expect(() => decode(codec, b(hex).subarray(0, length))).toThrow(MalformedPacket);
    }
  });

  test('is refused with anything left over', () => {
    expect(() => decode(codec, Buffer.concat([b(hex), b('00')]))).toThrow(
      `Cannot decode end of packet at ${b(hex).length}: needs no more bytes, has 1`,
    );
  });
});

const refusals: readonly (readonly [what: string, codec: Codec<unknown>, hex: string, message: string])[] = [
  ['missing bytes', u32, '2a00', 'Cannot decode u32 at 0: needs 4 bytes, has 2'],
  [
    'a number too large for JavaScript',
    i64,
    'ffffffffffffff7f',
    'Cannot decode i64 at 0: needs a number below 2^53, has 9223372036854775807',
  ],
  [
    'a string longer than the packet',
    stringn,
    'ffffffff 6f00',
    'Cannot decode stringn at 4: needs 4294967295 bytes, has 2',
  ],
  [
    'a string without its NUL',
    stringn,
    '03000000 6f6e65',
    'Cannot decode stringn at 0: needs a NUL as byte 2 of the string, has none',
  ],
  [
    'a string with a NUL inside',
    stringn,
    '04000000 6f006500',
    'Cannot decode stringn at 0: needs a NUL as byte 3 of the string, has one at 1',
  ],
  ['null for a text', text, '00000000', 'Cannot decode stringn at 0: needs a string, has null'],
  [
    'an unknown choice',
    choice({ disable: 0, enable: 1 }),
    '02000000',
    'Cannot decode choice at 0: needs 0 (disable) or 1 (enable), has 2',
  ],
  [
    'a negative count',
    array(u32, 2),
    'ffffffff',
    'Cannot decode array at 0: needs a count from 0 to 2, has -1',
  ],
  [
    'a count too large',
    array(u32, 2),
    '03000000',
    'Cannot decode array at 0: needs a count from 0 to 2, has 3',
  ],
  ['a bad element', array(u32, 2), '02000000 01000000', 'Cannot decode [1] u32 at 8: needs 4 bytes, has 0'],
  ['a bad field', named, '07000000 0400', 'Cannot decode name u32 at 4: needs 4 bytes, has 2'],
  [
    'a bad tag',
    shape,
    '03000000 07000000',
    'Cannot decode kind choice at 0: needs 1 (number) or 2 (name), has 3',
  ],
  ['a bad body', shape, '01000000 0700', 'Cannot decode number value u32 at 4: needs 4 bytes, has 2'],
];

test.each(refusals)('%s is refused, saying what, where, needed and had', (_what, codec, hex, message) => {
  expect(() => decode(codec, b(hex))).toThrow(message);
});

test.each([
  [
    'a string with a NUL',
    () => encode(text, 'one\0two'),
    'Cannot encode stringn: has a NUL at 3, expected none',
  ],
  [
    'too many elements',
    () => encode(array(u32, 1), [1, 2]),
    'Cannot encode array: expected at most 1, got 2',
  ],
  ['a number out of range', () => encode(i32, 2 ** 31), 'out of range'],
])('%s is not put: RangeError', (_what, put, message) => {
  expect(put).toThrow(RangeError);
  expect(put).toThrow(message);
});

test('a string of any bytes but NUL comes back as it went, as bytes and as text', () => {
  const anyBytes = fc.uint8Array({ min: 1 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const wire = encode(stringn, bytes);
      expect(decode(stringn, wire)).toEqual(bytes);
      expect(encode(text, decode(text, wire))).toEqual(wire);
    }),
  );
});
