import { expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import { soak } from './soak-cluster.ts';

/** A fixed seed, so that the test does the same each time; `npm run test:soak` takes others, and longer. */
const seed = 20_26;

/** How long it goes on, in milliseconds. */
const timeMs = 20_000;

/** A short soak of a cluster. */
export function testSoak(cluster: () => Cluster): void {
  test('seconds of random disable, enable, kill, stop and start end no ctdbd and share no address', async () => {
    const { faults, deeds } = await soak(cluster(), { seed, timeMs, tell: () => undefined });
    expect(faults).toEqual([]);
    expect(deeds).toBeGreaterThan(10);
  });
}
