import { expect, it } from 'vitest';
import { parsePublicAddresses, readPublicAddresses } from '../../core/ctdb-config/public-addresses.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const read = (text: string) => parsePublicAddresses(text, '/p');

it('reads addresses in the order of the file, with their interfaces', () => {
  expect(read('10.0.0.2/24 eth1,eth0\n10.0.0.1/8 eth0\n')).toEqual({
    addresses: [
      { ip: '10.0.0.2', maskBits: 24, ifaces: ['eth1', 'eth0'], line: 1 },
      { ip: '10.0.0.1', maskBits: 8, ifaces: ['eth0'], line: 2 },
    ],
    ips: ['10.0.0.2', '10.0.0.1'],
    errors: [],
  });
});

it('tolerates what ctdbd tolerates', () => {
  const text = '\n# c\n \t # c\n\t10.0.0.1/24 \t eth0,,eth1,  # the first\r\n\r\n10.0.0.2/024 eth0 ';
  expect(read(text)).toEqual({
    addresses: [
      { ip: '10.0.0.1', maskBits: 24, ifaces: ['eth0', 'eth1'], line: 4 },
      { ip: '10.0.0.2', maskBits: 24, ifaces: ['eth0'], line: 6 },
    ],
    ips: ['10.0.0.1', '10.0.0.2'],
    errors: [],
  });
});

it('writes IPv6 addresses in one way', () => {
  const { addresses } = read('FD00:0:0:0:0:0:0:1/64 eth0\n::ffff:10.0.0.1/24 eth0');
  expect(addresses.map(({ ip }) => ip)).toEqual(['fd00::1', '10.0.0.1']);
});

it.each([
  ['10.0.0.1/24', '"10.0.0.1/24", expected an interface, or several with commas, after it'],
  ['10.0.0.1/24 ,', '"10.0.0.1/24", expected an interface, or several with commas, after it'],
  ['10.0.0.1 eth0', '"10.0.0.1", expected a slash and mask bits from 0 to 32 after the address'],
  ['10.0.0.1/33 eth0', '"10.0.0.1/33", expected a slash and mask bits from 0 to 32 after the address'],
  ['fd00::1/129 eth0', '"fd00::1/129", expected a slash and mask bits from 0 to 128 after the address'],
  ['10.0.0.1/-1 eth0', '"10.0.0.1/-1", expected a slash and mask bits from 0 to 32 after the address'],
  ['10.0.0.256/24 eth0', '"10.0.0.256/24", expected an IPv4 or IPv6 address, a slash and its mask bits'],
  ['fe80::1%eth0/64 eth0', '"fe80::1%eth0/64", expected an IPv4 or IPv6 address, a slash and its mask bits'],
  ['name eth0', '"name", expected an IPv4 or IPv6 address, a slash and its mask bits'],
  ['10.0.0.1/24 eth0,a/b', '"a/b", expected the name of a network interface'],
])('names the line of %j and reads the others', (line, message) => {
  expect(read(`# c\n${line}\n10.0.0.9/24 eth0`)).toEqual({
    addresses: [{ ip: '10.0.0.9', maskBits: 24, ifaces: ['eth0'], line: 3 }],
    ips: [...(/^(10\.0\.0\.1|fd00::1)(?![\d%])/.exec(line)?.slice(1) ?? []), '10.0.0.9'],
    errors: [`/p:2: ${message}`],
  });
});

it('tells of words that ctdbd passes over, and takes the address all the same', () => {
  expect(read('10.0.0.1/24 eth0 eth1\n')).toEqual({
    addresses: [{ ip: '10.0.0.1', maskBits: 24, ifaces: ['eth0'], line: 1 }],
    ips: ['10.0.0.1'],
    errors: ['/p:1: "eth1" is passed over, expected interfaces with commas'],
  });
});

it('takes an address that stands twice for an error, and the first line for right', () => {
  expect(read('fd00::1/64 eth0\nfd00:0::1/64 eth1')).toEqual({
    addresses: [{ ip: 'fd00::1', maskBits: 64, ifaces: ['eth0'], line: 1 }],
    ips: ['fd00::1'],
    errors: ['/p:2: "fd00:0::1/64", expected an address other than that of line 1'],
  });
});

it('tells a missing file from an empty one', async () => {
  expect(await readPublicAddresses(temporaryDirectory())).toBeUndefined();
  expect(await readPublicAddresses(temporaryDirectory({ public_addresses: '' }))).toEqual({
    addresses: [],
    ips: [],
    errors: [],
  });
});
