import { afterEach, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import { gracePeriods } from './grace-periods.ts';

/** What the kernel is asked to do while addresses come; they were slow when the cluster started. */
export function testGracePeriods(cluster: () => Cluster): void {
  afterEach(async () => {
    await cluster().node(0).machine.attempt('ctdb', 'enable');
    await cluster().waitUntilHealthy();
    await cluster().waitUntilServedBy(cluster().nodes);
  });

  test('grace periods of RCU are expedited while addresses move, and not for long', async () => {
    await expect.poll(gracePeriods).toBe('0');
    const [node, ...others] = cluster().nodes;
    await node?.machine.attempt('ctdb', 'disable');
    await cluster().waitUntilServedBy(others);
    expect(gracePeriods()).toBe('1');
    await expect.poll(gracePeriods).toBe('0');
  });
}
