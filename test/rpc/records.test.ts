import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headBytesMax, RecordHeads, toRecord } from '../../core/rpc/records.ts';
import { fragment } from '../support/rpc/wire.ts';
import { anyBytes } from './arbitraries.ts';

/** A record of these fragments. */
const fragmented = (fragments: readonly Buffer[]): Buffer =>
  Buffer.concat(fragments.map((bytes, index) => fragment(bytes, index === fragments.length - 1)));

/** What is heard of a stream that comes in chunks of this size, as `[head, isWhole]`. */
function hear(bytes: Buffer, chunkBytes = bytes.length): readonly (readonly [Buffer, boolean])[] {
  const heard: [Buffer, boolean][] = [];
  const heads = new RecordHeads((head, isWhole) => heard.push([Buffer.from(head), isWhole]));
  for (let at = 0; at < bytes.length; at += chunkBytes) heads.add(bytes.subarray(at, at + chunkBytes));
  return heard;
}

const wholeOf = (heard: ReturnType<typeof hear>) =>
  heard.filter(([, isWhole]) => isWhole).map(([head]) => head);

test('records come out whole, however they were cut into fragments and chunks', () => {
  const records = fc.array(fc.array(anyBytes(20), { minLength: 1, maxLength: 5 }), { maxLength: 5 });
  const solid = records.map((all) =>
    all.map((cut) => cut.filter((each, index) => each.length > 0 || index === cut.length - 1)),
  );
  fc.assert(
    fc.property(solid, fc.integer({ min: 1, max: 50 }), (sent, chunkBytes) => {
      const heard = hear(Buffer.concat(sent.map(fragmented)), chunkBytes);
      expect(wholeOf(heard)).toEqual(sent.map((fragments) => Buffer.concat(fragments)));
    }),
  );
});

test('the part of a record that has come is read before its end, each time that more comes', () => {
  const [a, b] = [Buffer.from('aaaa'), Buffer.from('bb')];
  expect(hear(fragmented([a, b, Buffer.from('c')]).subarray(0, -1))).toEqual([
    [a, false],
    [Buffer.from('aaaabb'), false],
  ]);
});

test('of a record of any length its beginning is kept', () => {
  const long = Buffer.alloc(3_000_000, 'x');
  const heard = hear(
    Buffer.concat([fragmented([long.subarray(0, 10), long]), toRecord(Buffer.from('next'))]),
    65_536,
  );
  expect(wholeOf(heard)).toEqual([long.subarray(0, headBytesMax), Buffer.from('next')]);
});

test('an empty fragment that is not the last voids its record, and no other', () => {
  const nothing = Buffer.alloc(0);
  const [a, b] = [Buffer.from('a'), Buffer.from('b')];
  const heard = hear(
    Buffer.concat([fragmented([nothing, a]), fragmented([a, nothing, b]), fragmented([b, nothing])]),
  );
  expect(wholeOf(heard)).toEqual([b]);
});

test('a message is one fragment', () => {
  expect(toRecord(Buffer.from([1, 2]))).toEqual(Buffer.from('800000020102', 'hex'));
});
