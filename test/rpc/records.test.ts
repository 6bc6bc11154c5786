import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { fragmentCountMax, recordBytesMax, Records, toRecord } from '../../core/rpc/records.ts';
import { anyBytes } from './arbitraries.ts';

/** A record of these fragments. */
const fragmented = (fragments: readonly Buffer[]): Buffer =>
  Buffer.concat(
    fragments.flatMap((fragment, index) => {
      const mark = Buffer.alloc(4);
      mark.writeUInt32BE(fragment.length + (index === fragments.length - 1 ? 2 ** 31 : 0));
      return [mark, fragment];
    }),
  );

test('records come out whole, however they were cut into fragments and chunks', () => {
  const records = fc.array(fc.array(anyBytes(20), { minLength: 1, maxLength: 5 }), { maxLength: 5 });
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 50 }), (sent, chunkBytes) => {
      const bytes = Buffer.concat(sent.map(fragmented));
      const reader = new Records();
      const got: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += chunkBytes)
        got.push(...reader.add(bytes.subarray(at, at + chunkBytes)));
      expect(got).toEqual(sent.map((fragments) => Buffer.concat(fragments)));
    }),
  );
});

test('a message is one fragment', () => {
  expect(toRecord(Buffer.from([1, 2]))).toEqual(Buffer.from('800000020102', 'hex'));
});

test('a record is refused as soon as it is known to be too long, or in too many fragments', () => {
  const long = Buffer.alloc(4);
  long.writeUInt32BE(recordBytesMax + 1);
  expect(() => new Records().add(long)).toThrow(MalformedPacket);
  const half = Buffer.alloc(recordBytesMax / 2 + 1);
  const reader = new Records();
  reader.add(fragmented([half, half]).subarray(0, 4 + half.length));
  expect(() => reader.add(fragmented([half]))).toThrow(MalformedPacket);
  expect(() => new Records().add(Buffer.alloc(4 * (fragmentCountMax + 1)))).toThrow('at most 64 fragments');
});
