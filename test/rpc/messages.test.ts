import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../../core/codec/codec.ts';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { call } from '../../core/rpc/call.ts';
import { takeReply, type RpcReply } from '../../core/rpc/reply.ts';
import { xdrOpaque } from '../../core/rpc/xdr.ts';
import { expectReadOrRefused, readOrRefused } from '../support/read-or-refused.ts';
import { anyBytes, anyNumber } from './arbitraries.ts';

const words = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('a call is what RFC 5531 says', () => {
  const bytes = words(
    '00000007 00000000 00000002 000186a0 00000002 00000000 00000000 00000000 00000000 00000000',
  );
  const value = { xid: 7, program: 100_000, version: 2, procedure: 0 };
  expect(encode(call, value)).toEqual(bytes);
  expect(decode(call, bytes)).toEqual(value);
});

test('every call comes back as it went', () => {
  const calls = fc.record({ xid: anyNumber, program: anyNumber, version: anyNumber, procedure: anyNumber });
  fc.assert(
    fc.property(calls, (value) => {
      expect(decode(call, encode(call, value))).toEqual(value);
    }),
  );
});

test.each<[string, string, RpcReply]>([
  [
    'a success',
    '00000007 00000001 00000000 00000000 00000000 00000000 2a',
    { kind: 'success', results: words('2a') },
  ],
  [
    'a verifier before it',
    '00000007 00000001 00000000 00000001 00000003 61626300 00000000',
    { kind: 'success', results: words('') },
  ],
  [
    'a version that is not there',
    '00000007 00000001 00000000 00000000 00000000 00000002 00000003 00000004',
    { kind: 'version-mismatch', low: 3, high: 4 },
  ],
  [
    'no such program',
    '00000007 00000001 00000000 00000000 00000000 00000001',
    { kind: 'program-unavailable' },
  ],
  [
    'another RPC',
    '00000007 00000001 00000001 00000000 00000002 00000003',
    { kind: 'rpc-version-mismatch', low: 2, high: 3 },
  ],
  ['a caller not believed', '00000007 00000001 00000001 00000001 00000005', { kind: 'denied', status: 5 }],
])('a reply is read: %s', (_title, text, reply) => {
  expect(takeReply(words(text))).toEqual({ xid: 7, reply });
});

test('whatever bytes come, they are a reply or malformed, and every cut of a reply is malformed', () => {
  const accepted = fc
    .tuple(anyNumber, fc.integer({ min: 0, max: 6 }), anyBytes(40))
    .map(([xid, status, rest]) => {
      const head = Buffer.alloc(24);
      head.writeUInt32BE(xid);
      head.writeUInt32BE(1, 4);
      head.writeUInt32BE(status, 20);
      return Buffer.concat([head, rest]);
    });
  expectReadOrRefused(
    fc.oneof<fc.Arbitrary<Buffer>[]>(anyBytes(), accepted),
    (bytes) => {
      for (let length = 0; length < bytes.length; length += 1)
        readOrRefused(() => takeReply(bytes.subarray(0, length)), MalformedPacket);
      expect(() => takeReply(bytes.subarray(0, 23))).toThrow(MalformedPacket);
      expect(takeReply(bytes).reply.kind).toEqual(expect.any(String));
    },
    MalformedPacket,
    { examples: [words('00000007 00000001 00000000 00000000 00000000 00000000'), words('00')], numRuns: 200 },
  );
});

test('opaque bytes are filled up to words, come back as they went, and are no longer than allowed', () => {
  const opaque = xdrOpaque(100);
  fc.assert(
    fc.property(anyBytes(), (bytes) => {
      const encoded = encode(opaque, bytes);
      expect(encoded.length % 4).toBe(0);
      expect(decode(opaque, encoded)).toEqual(bytes);
      expect(() => decode(opaque, encoded.subarray(0, -1))).toThrow(MalformedPacket);
    }),
  );
  expect(() => encode(opaque, Buffer.alloc(101))).toThrow(RangeError);
  expect(() => decode(opaque, words('00000065'))).toThrow(
    'Cannot decode xdr opaque at 0: needs a length of at most 100, has 101',
  );
});
