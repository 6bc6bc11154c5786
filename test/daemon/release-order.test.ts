import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReleaseOrder } from '../../core/daemon/release-order.ts';

const event = (name: string, ip: string) => ({ name, argv: ['eth0', ip, '24'] });

/** The addresses in the order in which they would be released, all waiting at once. */
function released(order: ReleaseOrder, ips: readonly string[]): readonly string[] {
  return order.order(ips, (ip) => event('releaseip', ip));
}

test('releases that wait together go newest first, whatever the order in which they came', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.ipV4(), { minLength: 1, maxLength: 20 }), fc.gen(), (taken, gen) => {
      const order = new ReleaseOrder();
      for (const ip of taken) order.note(event('takeip', ip));
      const asked = gen(fc.shuffledSubarray, taken, { minLength: taken.length });
      expect(released(order, asked)).toEqual(taken.toReversed());
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
  expect(order.order(ips, (ip) => event('takeip', ip))).toEqual(ips);
  expect(order.order([], () => event('releaseip', ''))).toEqual([]);
});
