import { describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import { releaseUnderTest } from './releases.ts';
import { GreetingClient, serveGreetings, waitUntilConnectionIsKnown } from './greeting.ts';
import type { ClusterNode, Eventd } from './node.ts';
import { Watch } from './watch.ts';

/** How long a public address may be on no node while one is restarted, in milliseconds. */
const servedAgainMs = 30_000;

const daemonOf: Readonly<Record<Eventd, RegExp>> = {
  ours: /dist\/eventd\.js/,
  stock: new RegExp(`^${releaseUnderTest.helperDir}/ctdb-eventd`),
};

/** Going from one event daemon to the other by restarting ctdb, a node at a time. */
export function testSwitching(cluster: () => Cluster): void {
  describe('switching a node to CTDB’s own event daemon and back', () => {
    test.each([0, 1, 2])(
      'moves the addresses of node %i away and back, none is ever on two nodes, each is served again',
      async (pnn) => {
        const node = cluster().node(pnn);
        const others = cluster().nodes.filter((each) => each !== node);
        if (pnn === 0) await serveGreetings(cluster());
        using watch = new Watch(cluster());

        const ip = cluster().ipHeldBy(node);
        await using client = new GreetingClient(cluster(), ip);
        await client.waitUntilGreetedBy(node.machine.name);
        await waitUntilConnectionIsKnown(cluster(), ip, others);
        await restartWith(cluster(), node, 'stock');
        await client.waitUntilGreetedBy(cluster().holderOf(ip).machine.name);
        await restartWith(cluster(), node, 'ours');

        expect(watch.faults).toEqual([]);
        expect(watch.longestUnservedMs).toBeLessThan(servedAgainMs);
      },
    );
  });
}

/** Restarts ctdb; every address is served by another node meanwhile, to whoever connects anew, and this one gets its share back. */
async function restartWith(cluster: Cluster, node: ClusterNode, eventd: Eventd): Promise<void> {
  const ip = cluster.ipHeldBy(node);
  await node.stop();
  node.eventd = eventd;
  await cluster.waitUntilServedBy(cluster.nodes.filter((each) => each !== node));
  await using client = new GreetingClient(cluster, ip);
  await client.waitUntilGreetedBy(cluster.holderOf(ip).machine.name);
  await node.start();
  await cluster.waitUntilHealthy();
  await cluster.waitUntilServedBy(cluster.nodes);
  expect(daemonsOf(node)).toEqual([eventd]);
}

/** Which event daemons run on a node. */
function daemonsOf(node: ClusterNode): readonly Eventd[] {
  const found: Eventd[] = [];
  for (const eventd of ['ours', 'stock'] as const)
    if (node.machine.pidsOf(daemonOf[eventd]).length > 0) found.push(eventd);
  return found;
}
