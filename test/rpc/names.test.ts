import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programNumber } from '../../core/rpc/program-number.ts';
import { portOf, universalAddress } from '../../core/rpc/universal-address.ts';

test('a universal address gives back its port, of both families', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 65535 }),
      fc.constantFrom('127.0.0.1', '::1', 'fe80::1%eth0'),
      (port, host) => {
        expect(portOf(universalAddress(host, port))).toBe(port);
      },
    ),
  );
});

test.each(['', '127.0.0.0.0', '1.256.1', '1.1.256', '127.0.0.1.0.0', '1.-1.1', 'x'])(
  '%j has no port',
  (text) => {
    expect(portOf(text)).toBeUndefined();
  },
);

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
