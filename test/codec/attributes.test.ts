import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeList, attributes, nested } from '../../core/codec/attributes.ts';
import { restOfBytes } from '../../core/codec/bytes.ts';
import { cString } from '../../core/codec/c-string.ts';
import { decode, encode } from '../../core/codec/codec.ts';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { u32, u8 } from '../../core/codec/numbers.ts';
import { struct } from '../../core/codec/struct.ts';
import { expectReadOrRefused } from '../support/read-or-refused.ts';
import { b } from './hex.ts';

interface Inner {
  flags: number;
}
interface Outer {
  name: string;
  carrier: number;
  inner: Partial<Inner>;
  others: readonly string[];
}
const outer = attributes<Outer>({
  name: [3, cString],
  carrier: [33, u8],
  inner: [4 | nested, attributes<Inner>({ flags: [8, u32] })],
  others: [52 | nested, attributeList([53, cString])],
});

test.each([
  ['nothing', {}, ''],
  ['a text, padded to four bytes', { name: 'v0' }, '0700 0300 763000 00'],
  ['a byte', { carrier: 1 }, '0500 2100 01 000000'],
  ['attributes within attributes', { inner: { flags: 128 } }, '0c00 0480 0800 0800 80000000'],
  ['a list within attributes', { others: ['a', 'bc'] }, '1400 3480 0600 3500 6100 0000 0700 3500 626300 00'],
])('%s is put and taken back', (_what, value, hex) => {
  expect(encode(outer, value).toString('hex')).toBe(b(hex).toString('hex'));
  expect(decode(outer, b(hex))).toEqual(value);
});

test('attributes of other numbers are skipped, flags of a number do not matter, the last of one number counts', () => {
  const bytes = b('0800 6300 ffffffff 0500 2100 01 000000 0500 2180 00 000000');
  expect(decode(outer, bytes)).toEqual({ carrier: 0 });
});

test('the last attribute need not be padded, and a text need not have its NUL', () => {
  expect(decode(outer, b('0600 0300 7630'))).toEqual({ name: 'v0' });
});

test.each([
  ['a header that is cut off', '0700 03', 'Cannot decode attribute at 0: needs 4 bytes, has 3'],
  ['a length that counts less than its header', '0300 0300', 'needs a length of 4 or more, has 3'],
  ['a value that is cut off', '0800 0300 7630', 'Cannot decode attribute 3 at 0: needs 8 bytes, has 6'],
  ['a value that is too short', '0400 2100', 'Cannot decode carrier u8 at 4: needs 1 bytes, has 0'],
  [
    'one within another',
    '0a00 0480 0600 0800 8000',
    'Cannot decode inner flags u32 at 8: needs 4 bytes, has 2',
  ],
])('%s is refused, saying what, where, needed and had', (_what, hex, text) => {
  expect(() => decode(outer, b(hex))).toThrow(MalformedPacket);
  expect(() => decode(outer, b(hex))).toThrow(text);
});

test('a value ends where its attribute does, not where the packet does', () => {
  const both = attributes<{ first: Buffer; second: Buffer }>({
    first: [1, restOfBytes],
    second: [2, restOfBytes],
  });
  expect(decode(both, b('0500 0100 aa 000000 0600 0200 bbbb'))).toEqual({
    first: b('aa'),
    second: b('bbbb'),
  });
});

test('attributes stand behind fixed fields, whatever is in them, and come back as they went', () => {
  const message = struct<{ kind: number; attributes: Partial<Outer> }>({ kind: u32, attributes: outer });
  const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0') && each.isWellFormed());
  const value = fc.record({
    kind: fc.nat(0xffffffff),
    attributes: fc.record(
      {
        name: text,
        carrier: fc.nat(255),
        inner: fc.record({ flags: fc.nat(0xffffffff) }, { requiredKeys: [] }),
        others: fc.array(text),
      },
      { requiredKeys: [] },
    ),
  });
  fc.assert(
    fc.property(value, (given) => {
      expect(decode(message, encode(message, given))).toEqual(given);
    }),
  );
});

test('any bytes are attributes or MalformedPacket, and are gone through in bounded steps', () => {
  expectReadOrRefused(
    fc.uint8Array({ maxLength: 200 }).map((bytes): Buffer => Buffer.from(bytes)),
    (bytes) => outer.take(bytes, 0),
    MalformedPacket,
    { examples: [b('0800 6300 ffffffff'), b('0300 0300')] },
  );
});

test('a text with a NUL inside is not put: RangeError', () => {
  expect(() => encode(cString, 'a\0b')).toThrow('Cannot encode cString: has a NUL at 1, expected none');
});
