import { expect } from 'vitest';
import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';

/** Raises an event every 50 ms until its input ends, and says of each that fails how. */
const eventsInARow = `
while :; do
  read -r -t 0.05 line
  [ $? -gt 128 ] || break # Its end is 1, that time is up is more.
  said=$(ctdb event run 30 legacy recovered 2>&1) || echo "failed: $said: $(ctdb event status legacy recovered 2>&1)"
  echo done
done`;

/**
 * Does something while events are raised on every node, and addresses move.
 *
 * @returns how each event failed that did
 */
export async function underLoad(cluster: Cluster, work: () => Promise<unknown>): Promise<readonly string[]> {
  const raisers = cluster.nodes.map(({ machine }) => machine.start('bash', '--norc', '-c', eventsInARow));
  const [mover] = cluster.nodes;
  const over = new AbortController();
  const moving = (async () => {
    while (!over.signal.aborted) await moveAway(cluster, mover as ClusterNode);
    await moveAway(cluster, mover as ClusterNode);
  })();
  await work();
  over.abort();
  await moving;
  await Promise.all(raisers.map((raiser) => raiser.end()));
  for (const { lines } of raisers) expect(lines.filter((line) => line === 'done').length).toBeGreaterThan(5);
  return raisers.flatMap(({ lines }) => lines.filter((line) => line !== 'done'));
}

async function moveAway(cluster: Cluster, node: ClusterNode): Promise<void> {
  await node.disable();
  await cluster.waitUntilServedBy(cluster.nodes.filter((each) => each !== node));
  await node.enable();
  await cluster.waitUntilServedBy(cluster.nodes);
}
