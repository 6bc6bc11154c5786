import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../../core/codec/codec.ts';
import { MalformedPacket } from '../../core/codec/malformed-packet.ts';
import { socketAddress } from '../../core/ctdbd-client/socket-address.ts';
import { canonicalIp } from '../../core/events/address.ts';

test('an address is as the C library has it', () => {
  expect(encode(socketAddress, { ip: '10.98.0.1', port: 445 }).toString('hex')).toBe(
    `020001bd0a620001${'00'.repeat(20)}`,
  );
  expect(encode(socketAddress, { ip: 'fd98::1', port: 2049 }).toString('hex')).toBe(
    `0a00080100000000fd98${'00'.repeat(13)}01${'00'.repeat(4)}`,
  );
});

test('every address is read as it was written', () => {
  const ip = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => canonicalIp(text) ?? '');
  fc.assert(
    fc.property(ip, fc.nat(65_535), (each, port) => {
      expect(decode(socketAddress, encode(socketAddress, { ip: each, port }))).toEqual({ ip: each, port });
    }),
  );
});

test('another family is malformed', () => {
  expect(() => decode(socketAddress, Buffer.alloc(28))).toThrow(MalformedPacket);
});
