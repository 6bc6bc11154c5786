/**
 * Soaks a cluster with our event daemon on every node: `npm run test:soak -- [MINUTES [SEED [stock]]]`, 10 minutes and
 * a random seed if they are not given. With `stock` it is CTDB's own daemon, to compare with. Exits with 1 if anything was that must never be.
 */
import { randomInt } from 'node:crypto';
import { startOwnCluster } from './own-cluster.ts';
import { soak } from './soak-cluster.ts';

/** Seeds are numbers below this. */
const seedsEnd = 2 ** 32;

const [minutes = 10, seed = randomInt(seedsEnd)] = process.argv.slice(2, 4).map(Number);
const eventd = process.argv[4] ?? 'ours';
const isEventd = eventd === 'ours' || eventd === 'stock';
if (!(isEventd && minutes > 0 && Number.isInteger(seed) && seed >= 0 && seed < seedsEnd)) {
  console.error(
    `Usage: npm run test:soak -- [MINUTES [SEED [stock]]], with a seed from 0 to ${seedsEnd - 1}`,
  );
  process.exit(2);
}
console.log(`${minutes} minutes with seed ${seed}, event daemon: ${eventd}`);
const cluster = await startOwnCluster(eventd);
try {
  await cluster.waitUntilHealthy();
  await cluster.waitUntilServedBy(cluster.nodes);
  const result = await soak(cluster, { seed, timeMs: minutes * 60_000, tell: console.log });
  console.log(result);
  for (const node of result.faults.length + result.gaps.length === 0 ? [] : cluster.liveNodes)
    console.log(`==== log of node ${node.pnn}\n${await node.log()}`);
  process.exitCode = result.faults.length === 0 ? 0 : 1;
} finally {
  await cluster.stop();
}
