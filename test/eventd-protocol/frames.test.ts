import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../core/codec/codec.ts';
import { u32 } from '../../core/codec/numbers.ts';
import { Frames, requestBytesMax } from '../../core/eventd-protocol/frames.ts';
import { request } from '../../core/eventd-protocol/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { b } from '../codec/hex.ts';
import { aPacket, aRequest } from './arbitraries.ts';

const lengthOf = (length: number): Buffer => encode(u32, length);

test('packets are the same however the stream is split', () => {
  const packets = fc.array(aPacket(aRequest).map((value) => encode(packet(request), value)));
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 60 })), (sent, sizes) => {
      const stream = Buffer.concat(sent);
      const frames = new Frames(requestBytesMax);
      const got: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = sizes[turn] ?? stream.length;
        got.push(...frames.take(stream.subarray(at, at + size)));
        at += size;
      }
      expect(got).toEqual(sent);
    }),
  );
});

test('a packet that came byte by byte is whole', () => {
  const bytes = b('10000000 00000000 01000000 ffffffff');
  const frames = new Frames(requestBytesMax);
  const got = Array.from(bytes, (byte) => [...frames.take(Buffer.of(byte))]);
  expect(got.flat()).toEqual([bytes]);
  expect(got.at(-1)).toEqual([bytes]);
});

test.each([0, 1, 4, 11, requestBytesMax + 1, 0x7fffffff, 0xffffffff])(
  'the length %d is refused when its four bytes are there, before memory is set aside',
  (length) => {
    const frames = new Frames(requestBytesMax);
    expect(() => [...frames.take(lengthOf(length))]).toThrow(
      `Cannot decode length at 0: needs 12 to ${requestBytesMax}, has ${length}`,
    );
  },
);

test.each([12, requestBytesMax])('a packet of %d bytes is taken', (length) => {
  const bytes = Buffer.concat([lengthOf(length), Buffer.alloc(length - 4, 7)]);
  expect([...new Frames(requestBytesMax).take(bytes)]).toEqual([bytes]);
});

test('what came before a length that is refused is taken', () => {
  const good = b('0c000000 00000000 01000000');
  const taken = new Frames(requestBytesMax).take(Buffer.concat([good, lengthOf(3)]));
  expect(taken.next().value).toEqual(good);
  expect(() => taken.next()).toThrow('has 3');
});
