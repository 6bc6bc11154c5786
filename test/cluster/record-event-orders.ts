/**
 * Writes which events a cluster of the real ctdbd has, and in which order: `test/fixtures/event-orders/RELEASE.txt`, which the model of
 * `ctdb-hook simulate` is compared with. As root, with CTDB_HOOK_TEST_RELEASE for another release than this computer's; it takes two
 * minutes: `sh .config/node test/cluster/record-event-orders.ts`.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, type Cluster } from './cluster.ts';
import { EventRecord, sickPath, witnessName, witnessScript } from './event-record.ts';
import { releaseUnderTest } from './releases.ts';

/** For so long nothing must have happened before a step counts as over, in milliseconds. */
const restMs = 6_000;

type Doing = (cluster: Cluster) => Promise<unknown>;

const ctdb =
  (pnn: number, ...words: readonly string[]): Doing =>
  (cluster) =>
    cluster.node(pnn).ctdb(...words);

const steps: readonly (readonly [name: string, work: Doing])[] = [
  ['disable 0', ctdb(0, 'disable')],
  ['enable 0', ctdb(0, 'enable')],
  ['ipreallocate', ctdb(1, 'ipreallocate')],
  ['unhealthy 2', (cluster) => cluster.node(2).machine.run('touch', sickPath)],
  ['healthy 2', (cluster) => cluster.node(2).machine.run('rm', sickPath)],
  ['stop 1', ctdb(1, 'stop')],
  ['continue 1', ctdb(1, 'continue')],
  ['ban 2 600', ctdb(2, 'ban', '600')],
  ['unban 2', ctdb(2, 'unban')],
  ['recover', ctdb(1, 'recover')],
  ['shutdown 2', (cluster) => cluster.node(2).stop()],
  ['start 2', (cluster) => cluster.node(2).start()],
  ['kill 1', (cluster) => cluster.node(1).kill()],
  ['restart 1', (cluster) => cluster.node(1).start()],
  ['off 0', (cluster) => cluster.kill(cluster.node(0))],
];

const cluster = await startCluster({
  nodes: 3,
  publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24'],
  scripts: releaseUnderTest.scripts,
  prepareNode: (node) => node.install(witnessName, witnessScript),
});
try {
  const record = new EventRecord(cluster);
  await cluster.waitUntilHealthy();
  await untilAtRest(record);
  for (const [name, work] of steps) {
    console.log(name);
    record.begin(name);
    await work(cluster);
    await untilAtRest(record);
  }
  const file = new URL(`../fixtures/event-orders/${releaseUnderTest.ctdb}txt`, import.meta.url);
  await writeFile(file, await record.text());
} finally {
  await cluster.stop();
}

async function untilAtRest(record: EventRecord): Promise<void> {
  for (let before = '', now = await record.text(); now !== before; now = await record.text()) {
    before = now;
    await delay(restMs);
  }
}
