import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programNumber } from '../../core/rpc/program-number.ts';
import { placeOfUniversal, universalAddress } from '../../core/rpc/universal-address.ts';

test('a universal address gives back its place, of both families', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 65535 }),
      fc.constantFrom('127.0.0.1', '0.0.0.0', '::1', '::ffff:127.0.0.1'),
      (port, host) => {
        const [family, other] = host.includes(':') ? ([6, 4] as const) : ([4, 6] as const);
        expect(placeOfUniversal(universalAddress(host, port), family)).toEqual({ host, port });
        expect(placeOfUniversal(universalAddress(host, port), other)).toBeUndefined();
      },
    ),
  );
});

test.each(['', '127.0.0.1', '127.0.0.1.8', 'x.8.1', '.8.1', '127.0.0.01.8.1', ' 127.0.0.1.8.1'])(
  '%j is no place',
  (text) => {
    expect(placeOfUniversal(text, 4)).toBeUndefined();
  },
);

test.each([
  ['127.0.0.1.008.1', 2049],
  ['127.0.0.1.264.1', 2049],
  ['127.0.0.1.8.1x', 2049],
  ['127.0.0.1.x.y', 0],
])('the port of %j is read as libtirpc reads it', (text, port) => {
  expect(placeOfUniversal(text, 4)).toEqual({ host: '127.0.0.1', port });
});

const rpcFile = '# names\nportmapper\t100000\tportmap sunrpc\nnfs 100003 nfsprog # of Sun\n\nbad\n';

test.each([
  ['portmapper', 100000],
  ['sunrpc', 100000],
  ['nfsprog', 100003],
  ['100021', 100021],
  ['Sun', undefined],
  ['bad', undefined],
  ['4294967296', undefined],
  ['', undefined],
])('the program %j is %j', (name, number) => {
  expect(programNumber(name, rpcFile)).toBe(number);
});
