import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReleaseOrder } from '../../../core/daemon/queue/release-order.ts';

const event = (name: string, ip: string) => ({ name, argv: ['eth0', ip, '24'] });

/** The addresses in the order in which they would be released, all waiting at once. */
function released(order: ReleaseOrder, ips: readonly string[]): readonly string[] {
  const { ready, heldBack } = order.order(ips, (ip) => event('releaseip', ip));
  expect(heldBack).toEqual([]);
  return ready;
}

test('releases that wait together go in the order in which they came, but for the oldest address of each subnet', () => {
  const anIp = fc
    .tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 254 }))
    .map((parts) => `10.0.${parts.join('.')}`);
  fc.assert(
    fc.property(fc.uniqueArray(anIp, { minLength: 1, maxLength: 20 }), fc.gen(), (taken, gen) => {
      const order = new ReleaseOrder();
      for (const ip of taken) order.note(event('takeip', ip));
      const asked = gen(fc.shuffledSubarray, taken, { minLength: taken.length });
      const subnetOf = (ip: string): string => ip.replace(/\d+$/, '');
      const isOldest = (ip: string): boolean => taken.find((one) => subnetOf(one) === subnetOf(ip)) === ip;
      expect(released(order, asked)).toEqual([
        ...asked.filter((ip) => !isOldest(ip)),
        ...asked.filter(isOldest),
      ]);
    }),
  );
});

test('an address that was taken again is new, and one that nobody saw come is the oldest', () => {
  const order = new ReleaseOrder();
  for (const ip of ['10.0.0.1', '10.0.0.2']) order.note(event('takeip', ip));
  order.note(event('releaseip', '10.0.0.1'));
  order.note(event('takeip', '10.0.0.1'));
  expect(released(order, ['10.0.0.9', '10.0.0.2', '10.0.0.1'])).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.9']);
});

test('events that are no releases stay in the order in which they came', () => {
  const order = new ReleaseOrder();
  const ips = ['10.0.0.2', '10.0.0.3', '10.0.0.1'];
  for (const ip of ips) order.note(event('takeip', ip));
  expect(order.order(ips, (ip) => event('takeip', ip))).toEqual({ ready: ips, heldBack: [] });
  expect(order.order([], () => event('releaseip', ''))).toEqual({ ready: [], heldBack: [] });
});

describe('the release of the oldest address of a subnet', () => {
  function orderOf(...taken: readonly string[]): ReleaseOrder {
    const order = new ReleaseOrder();
    for (const ip of taken) order.note(event('takeip', ip));
    return order;
  }
  const asked = (order: ReleaseOrder, ...ips: readonly string[]) =>
    order.order(ips, (ip) => event('releaseip', ip));

  test('is held back as long as others of it stay', () => {
    const order = orderOf('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.1.1');
    expect(asked(order, '10.0.0.1')).toEqual({ ready: [], heldBack: ['10.0.0.1'] });
    expect(asked(order, '10.0.0.1', '10.0.0.2')).toEqual({ ready: ['10.0.0.2'], heldBack: ['10.0.0.1'] });
    expect(asked(order, '10.0.0.3')).toEqual({ ready: ['10.0.0.3'], heldBack: [] });
    expect(asked(order, '10.0.1.1')).toEqual({ ready: ['10.0.1.1'], heldBack: [] });
    expect(asked(order, '10.0.0.1', '10.0.0.3', '10.0.0.2')).toEqual({
      ready: ['10.0.0.3', '10.0.0.2', '10.0.0.1'],
      heldBack: [],
    });
  });

  test('is no matter when the others were released, and passes to the next oldest when it is', () => {
    const order = orderOf('10.0.0.1', '10.0.0.2', '10.0.0.3');
    order.note(event('releaseip', '10.0.0.1'));
    expect(asked(order, '10.0.0.2')).toEqual({ ready: [], heldBack: ['10.0.0.2'] });
    order.note(event('releaseip', '10.0.0.3'));
    expect(asked(order, '10.0.0.2')).toEqual({ ready: ['10.0.0.2'], heldBack: [] });
  });

  test('is one of its interface: an address that moved to another is the newest there', () => {
    const order = orderOf('10.0.0.1', '10.0.0.2');
    order.note({ name: 'updateip', argv: ['eth0', 'eth1', '10.0.0.1', '24'] });
    expect(asked(order, '10.0.0.1', '10.0.0.2')).toEqual({ ready: ['10.0.0.1', '10.0.0.2'], heldBack: [] });
  });

  test('is no matter with IPv6, which knows no primary addresses', () => {
    const order = orderOf('fd00::1', 'fd00::2');
    expect(asked(order, 'fd00::1')).toEqual({ ready: ['fd00::1'], heldBack: [] });
  });
});
