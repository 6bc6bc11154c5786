import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';

/** Of the kernel, which all nodes of a cluster here share. */
const setting = '/sys/kernel/rcu_expedited';

const read = (): string => readFileSync(setting, 'utf8').trim();

/** Has the kernel end grace periods of RCU when it comes to it, as it does where nobody has set anything, until disposed. */
export function slowGracePeriods(): Disposable {
  const before = readFileSync(setting);
  writeFileSync(setting, '0');
  return {
    [Symbol.dispose]() {
      writeFileSync(setting, before);
    },
  };
}

/** What the kernel is asked to do while addresses come; they were slow when the cluster started. */
export function testGracePeriods(cluster: () => Cluster): void {
  afterEach(async () => {
    await cluster().node(0).machine.attempt('ctdb', 'enable');
    await cluster().waitUntilHealthy();
    await cluster().waitUntilServedBy(cluster().nodes);
  });

  test('grace periods of RCU are expedited while addresses move, and not for long', async () => {
    await expect.poll(read).toBe('0');
    const [node, ...others] = cluster().nodes;
    await node?.machine.attempt('ctdb', 'disable');
    await cluster().waitUntilServedBy(others);
    expect(read()).toBe('1');
    await expect.poll(read).toBe('0');
  });
}
