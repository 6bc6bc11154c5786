import { expect, test } from 'vitest';
import { findAllocationProblem } from '../../core/check/allocation-problem.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

/** A node on which no ctdbd runs. */
function base(count: number, tunables?: string): string {
  const directory = temporaryDirectory();
  const ips = Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}/16 eth0\n`);
  plant(directory, {
    public_addresses: ips.join(''),
    ...(tunables === undefined ? {} : { 'ctdb.tunables': tunables }),
  });
  return directory;
}

test.each([
  ['by default', undefined],
  ['as ctdb.tunables says', '# IPAllocAlgorithm=1\nIPAllocAlgorithm=2\n'],
])('501 public addresses that LCP2 distributes are warned of, %s', async (_when, tunables) => {
  expect(await findAllocationProblem(base(501, tunables))).toMatch(/^there are 501 public addresses, .*LCP2/);
});

test.each([
  ['500 addresses', 500, undefined],
  ['501 addresses with another algorithm', 501, 'MonitorInterval=15\nIPAllocAlgorithm=1\n'],
])('nothing is said of %s', async (_what, count, tunables) => {
  expect(await findAllocationProblem(base(count, tunables))).toBeUndefined();
});

test('nothing is said where there is no public_addresses file', async () => {
  expect(await findAllocationProblem(temporaryDirectory())).toBeUndefined();
});
