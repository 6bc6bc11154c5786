import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, textOf } from '../../core/text/bytes-as-text.ts';
import { b } from '../codec/hex.ts';

test.each([
  ['', ''],
  ['6d c3bc 6c 6c', 'müll'],
  ['f09f9a80', '\u{1f680}'],
  ['ff', '\udcff'],
  ['6d c3 6c', 'm\udcc3l'],
  ['f09f9a', '\udcf0\udc9f\udc9a'],
  ['f09f9a80 80', '\u{1f680}\udc80'],
  // A surrogate in UTF-8 and an overlong slash are not UTF-8.
  ['edb3bf', '\udced\udcb3\udcbf'],
  ['c0af', '\udcc0\udcaf'],
  ['efbbbf 61', '\ufeffa'],
])('the bytes %s are the text %j, and back', (hex, text) => {
  expect(textOf(b(hex))).toBe(text);
  expect(bytesOf(text)).toEqual(b(hex));
});

test('no bytes are lost, whatever they are', () => {
  const fragments = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  );
  const anyBytes = fc.array(fragments).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(bytesOf(textOf(bytes))).toEqual(bytes);
    }),
  );
});

test('proper text is plain UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(bytesOf(text)).toEqual(Buffer.from(text));
      expect(textOf(Buffer.from(text))).toBe(text);
    }),
  );
});

test('a lone surrogate that stands for no byte becomes U+FFFD', () => {
  expect(bytesOf('a\ud800b\udc7f')).toEqual(Buffer.from('a\ufffdb\ufffd'));
});
