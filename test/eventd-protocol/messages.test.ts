import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Codec, decode, encode } from '../../core/codec/codec.ts';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { u32 } from '../../core/codec/numbers.ts';
import { reply, request } from '../../core/eventd-protocol/messages.ts';
import { packet } from '../../core/eventd-protocol/packet.ts';
import { timevalOf } from '../../core/eventd-protocol/status.ts';
import { b } from '../codec/hex.ts';
import { expectReadOrRefused } from '../support/read-or-refused.ts';
import { aPacket, aReply, aRequest } from './arbitraries.ts';
import { replies, requests } from './vectors.ts';

const requestPacket = packet(request);
const replyPacket = packet(reply);

test.each(requests)('a request of CTDB says what it says, and is written the same: $what', (vector) => {
  expect(decode(requestPacket, vector.bytes)).toEqual(vector.packet);
  expect(encode(requestPacket, vector.packet).toString('hex')).toBe(vector.bytes.toString('hex'));
});

test.each(replies)('a reply of CTDB says what it says, and is written the same: $what', (vector) => {
  expect(decode(replyPacket, vector.bytes)).toEqual(vector.packet);
  expect(encode(replyPacket, vector.packet).toString('hex')).toBe(vector.bytes.toString('hex'));
});

/** The first bytes of a packet, with a length that is right for them. */
function truncated(bytes: Buffer, length: number): Buffer {
  const kept = Buffer.from(bytes.subarray(0, length));
  if (length >= 4) u32.put(length, kept, 0);
  return kept;
}

interface Mutation {
  flips: { at: number; byte: number }[];
  tail: Uint8Array;
}

/** A packet with some of its bytes changed, also in length. */
const mutation: fc.Arbitrary<Mutation> = fc.record({
  flips: fc.array(fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }), { minLength: 1 }),
  tail: fc.uint8Array({ maxLength: 8 }),
});

function mutated(bytes: Buffer, { flips, tail }: Mutation): Buffer {
  const changed = Buffer.concat([bytes, tail]);
  for (const { at, byte } of flips) changed.writeUInt8(byte, at % changed.length);
  return changed;
}

describe.each([
  ['request', requestPacket as Codec<unknown>, aPacket(aRequest) as fc.Arbitrary<unknown>, requests[0]],
  ['reply', replyPacket as Codec<unknown>, aPacket(aReply) as fc.Arbitrary<unknown>, replies[0]],
])('every %s', (_kind, codec, anyPacket, real) => {
  test('comes back as it went', () => {
    fc.assert(
      fc.property(anyPacket, (value) => {
        expect(decode(codec, encode(codec, value))).toEqual(value);
      }),
    );
  });

  test('is refused wherever it is cut off, also if its length says so', () => {
    fc.assert(
      fc.property(anyPacket, (value) => {
        const bytes = encode(codec, value);
        for (let length = 0; length < bytes.length; length += 1) {
          expect(() => decode(codec, bytes.subarray(0, length))).toThrow(MalformedPacket);
          expect(() => decode(codec, truncated(bytes, length))).toThrow(MalformedPacket);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('with bytes changed is refused, or says something that can be written again', () => {
    const version = { at: 4, byte: 0xff };
    const command = { at: 12, byte: 0xff };
    expectReadOrRefused(
      fc.tuple(anyPacket, mutation),
      ([value, change]) => {
        const bytes = mutated(encode(codec, value), change);
        u32.put(bytes.length, bytes, 0);
        const said = decode(codec, bytes);
        expect(decode(codec, encode(codec, said))).toEqual(said);
      },
      MalformedPacket,
      {
        examples: [version, command].map((flip): [unknown, Mutation] => [
          real?.packet,
          { flips: [flip], tail: new Uint8Array() },
        ]),
      },
    );
  });
});

test('random bytes are refused, or are a request', () => {
  expectReadOrRefused(
    fc.uint8Array().map((bytes): Buffer => Buffer.from(bytes)),
    (bytes) => decode(requestPacket, bytes),
    MalformedPacket,
    { examples: [requests[0]?.bytes ?? Buffer.alloc(0), Buffer.alloc(0)] },
  );
});

test('a request of any version is accepted', () => {
  const [vector] = requests;
  const bytes = Buffer.from(vector?.bytes ?? '');
  u32.put(0xdeadbeef, bytes, 4);
  expect(decode(requestPacket, bytes)).toEqual({ ...vector?.packet, version: 0xdeadbeef });
});

test.each([
  ['an unknown command', '10000000 00000000 01000000 04000000', 'body command choice at 12: needs 1 (RUN)'],
  ['a length that is not its own', '11000000 00000000 01000000 01000000', 'length at 0: needs 16, has 17'],
  [
    'a component that is null',
    '18000000 00000000 01000000 02000000 00000000 00000000',
    'body STATUS component stringn at 16: needs a string, has null',
  ],
])('%s is refused', (_what, hex, message) => {
  expect(() => decode(requestPacket, b(hex))).toThrow(`Cannot decode ${message}`);
});

test('a NUL in an output is written as a space, so that nothing after it is lost', () => {
  const now = timevalOf(new Date(1_700_000_000_123));
  const script = { name: '10.one', begin: now, end: now, result: 0, output: Buffer.from('a\0b') };
  const status = { summary: 0, scripts: [script] };
  const bytes = encode(reply, { command: 'STATUS', result: 0, status });
  expect(decode(reply, bytes)).toMatchObject({
    status: {
      scripts: [{ begin: { seconds: 1_700_000_000, microseconds: 123_000 }, output: Buffer.from('a b') }],
    },
  });
});

test.each([
  { result: 0, status: null },
  { result: 22, status: { summary: 0, scripts: [] } },
])('a status goes with the result 0 and no other: %j', (wrong) => {
  expect(() => encode(reply, { command: 'STATUS', ...wrong })).toThrow(
    `Cannot encode STATUS: expected a status with result 0 only, got result ${wrong.result}`,
  );
});
