import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { canonicalIp } from '../../../core/events/address.ts';
import { findAllAddresses } from '../../../core/network/netlink/find-all-addresses.ts';

test('all addresses of this machine are found without a network and without privilege', async () => {
  const known = Object.entries(networkInterfaces()).flatMap(([iface, addresses = []]) =>
    addresses.map(({ address, cidr }) => ({
      iface,
      ip: canonicalIp(address),
      maskBits: Number(cidr?.split('/')[1]),
    })),
  );
  expect(known.length).toBeGreaterThan(0);
  const found = await findAllAddresses();
  for (const address of known) expect(found).toContainEqual(expect.objectContaining(address));
});
