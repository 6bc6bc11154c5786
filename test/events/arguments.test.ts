import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalIp, isIface } from '../../core/events/address.ts';
import { ArgumentsError, parseArguments } from '../../core/events/arguments.ts';
import { eventNames, events } from '../../core/events/events.ts';
import { expectReadOrRefused } from '../support/read-or-refused.ts';

describe('the arguments of an event', () => {
  test('takeip names interface, address and mask bits', () => {
    expect(parseArguments('takeip', ['eth0', '10.0.0.1', '24'])).toEqual({
      iface: 'eth0',
      ip: '10.0.0.1',
      maskBits: 24,
    });
  });

  test('updateip names both interfaces, and __none__ is an old one', () => {
    expect(parseArguments('updateip', ['__none__', 'eth1', '10.0.0.1', '24'])).toEqual({
      oldIface: '__none__',
      newIface: 'eth1',
      ip: '10.0.0.1',
      maskBits: 24,
    });
  });

  test('an IPv6 address is brought into canonical form', () => {
    expect(parseArguments('releaseip', ['eth0', 'FD00:0:0::1', '64'])).toMatchObject({
      ip: 'fd00::1',
      maskBits: 64,
    });
  });

  test.each([
    [[], 'ERROR: must supply interface, IP and maskbits'],
    [['eth0', '10.0.0.1', '24', 'x'], 'ERROR: must supply interface, IP and maskbits'],
    [
      ['', '10.0.0.1', '24'],
      'takeip: argument 1 (interface) is "", expected the name of a network interface',
    ],
    [['a/b', '10.0.0.1', '24'], 'argument 1 (interface) is "a/b"'],
    [['eth0', '10.0.0.256', '24'], 'argument 2 (IP) is "10.0.0.256", expected an IPv4 or IPv6 address'],
    [['eth0', '010.0.0.1', '24'], 'argument 2 (IP) is "010.0.0.1"'],
    [['eth0', 'fe80::1%eth0', '64'], 'argument 2 (IP) is "fe80::1%eth0"'],
    [['eth0', '10.0.0.1', '33'], 'argument 3 (maskbits) is "33", expected a whole number from 0 to 32'],
    [['eth0', 'fd00::1', '129'], 'argument 3 (maskbits) is "129", expected a whole number from 0 to 128'],
    [['eth0', '10.0.0.1', '-1'], 'argument 3 (maskbits) is "-1"'],
    [['eth0', '10.0.0.1', '2.5'], 'argument 3 (maskbits) is "2.5"'],
    [['eth0', '10.0.0.1', '024'], 'argument 3 (maskbits) is "024"'],
  ])('takeip %j is refused with what, where and what was expected', (argv, message) => {
    expect(() => parseArguments('takeip', argv)).toThrow(ArgumentsError);
    expect(() => parseArguments('takeip', argv)).toThrow(message);
  });

  test('updateip with three arguments has the words of CTDB', () => {
    expect(() => parseArguments('updateip', ['eth0', '10.0.0.1', '24'])).toThrow(
      'ERROR: must supply old interface, new interface, IP and maskbits',
    );
  });

  test('an event without arguments refuses some', () => {
    expect(() => parseArguments('monitor', ['x'])).toThrow('ERROR: monitor takes 0 arguments, got 1: ["x"]');
  });

  test('whatever the arguments are, they are read or refused by name', () => {
    expectReadOrRefused(
      fc.tuple(fc.constantFrom(...eventNames), fc.array(fc.string(), { maxLength: 5 })),
      ([event, argv]) => {
        expect(Object.keys(parseArguments(event, argv) as object)).toEqual(
          events[event].arguments.map(({ name }) => name),
        );
      },
      ArgumentsError,
      {
        examples: [
          ['takeip', ['eth0', '10.0.0.1', '24']],
          ['takeip', ['eth0', '10.0.0.1', 'x']],
        ],
      },
    );
  });
});

describe('an IP address', () => {
  test('its canonical form is its own canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        const canonical = canonicalIp(ip);
        expect(canonical).toBeDefined();
        expect(canonicalIp(canonical ?? '')).toBe(canonical);
      }),
    );
  });
});

describe('an interface', () => {
  test.each(['eth0', 'bond0.100', 'enp3s0f1np1', 'veth@x', 'a'.repeat(127)])('%s can be one', (name) => {
    expect(isIface(name)).toBe(true);
  });
  test.each(['', '.', '..', 'a b', 'a/b', 'a:1', 'a\0', 'a'.repeat(128)])('%j cannot be one', (name) => {
    expect(isIface(name)).toBe(false);
  });
});
