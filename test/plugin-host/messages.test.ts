import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Codec, decode, encode } from '../../core/codec/codec.ts';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { type FromHost, fromHost, fromWatch, toHost, toWatch } from '../../core/plugin-host/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { expectReadOrRefused } from '../support/read-or-refused.ts';
import { aFromHost, aToHost } from './arbitraries.ts';

const aStack = fc.record({ stack: fc.constantFrom('', 'at spin (/p.ts:1:1)\nat run (/p.ts:9:9)') });

test.each([
  ['to a host', toHost as Codec<unknown>, aToHost as fc.Arbitrary<unknown>],
  ['of a host', fromHost as Codec<unknown>, aFromHost as fc.Arbitrary<unknown>],
  ['to its watching thread', toWatch as Codec<unknown>, fc.constant({}) as fc.Arbitrary<unknown>],
  ['of its watching thread', fromWatch as Codec<unknown>, aStack as fc.Arbitrary<unknown>],
])(
  'messages %s come as they were sent, and are refused wherever they are cut off',
  (_which, codec, arbitrary) => {
    const whole = packet(codec);
    fc.assert(
      fc.property(arbitrary, fc.nat(), (body, cut) => {
        const bytes = encode(whole, { version: 0, reqid: 0, body });
        expect(decode(whole, bytes).body).toEqual(body);
        expect(() => decode(whole, bytes.subarray(0, cut % bytes.length))).toThrow(MalformedPacket);
      }),
    );
  },
);

test('any other bytes are a message or a MalformedPacket, never anything else', () => {
  const done: FromHost = { kind: 'done', run: 1 };
  expectReadOrRefused(
    fc.tuple(aFromHost, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 })),
    ([body, changes]) => {
      const bytes = encode(fromHost, body);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return decode(fromHost, bytes);
    },
    MalformedPacket,
    {
      examples: [
        [done, []],
        [done, [[0, 255]]],
      ],
    },
  );
});
