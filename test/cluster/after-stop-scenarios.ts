import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';

const hook = fileURLToPath(new URL('../../bin/ctdb-hook', import.meta.url));

/** What our settings of ctdb.service have done once ctdbd has ended. */
export function testAfterStop(cluster: () => Cluster): void {
  describe('after-stop', () => {
    test('takes nothing from a ctdbd that runs, and of one that was killed what other nodes have taken over', async () => {
      const node = cluster().node(1);
      const others = cluster().nodes.filter((each) => each !== node);
      const ip = cluster().ipHeldBy(node);
      expect(await node.machine.run(hook, 'after-stop')).toMatch(
        /^ctdbd listens on .*its addresses are left/,
      );
      expect(cluster().addresses()[ip]).toEqual([1]);

      await node.kill();
      await cluster().waitUntil(
        'the address of the killed ctdbd is on two nodes',
        () => cluster().addresses()[ip],
        (holders) => holders?.length === 2,
      );
      expect(await node.machine.run(hook, 'after-stop')).toContain(`Removing public address ${ip}/`);
      await cluster().waitUntilServedBy(others);

      await node.start();
      await cluster().waitUntilHealthy();
      await cluster().waitUntilServedBy(cluster().nodes);
    });
  });
}
