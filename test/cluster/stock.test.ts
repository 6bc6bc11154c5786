import { beforeAll, describe, expect, test } from 'vitest';
import { storiesOf } from '../simulate/model/event-stories.ts';
import { simulateSteps } from '../simulate/model/simulate-steps.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { EventRecord, witnessName, witnessScript } from './event-record.ts';
import { GreetingClient, serveGreetings } from './greeting.ts';
import { releaseUnderTest } from './releases.ts';
import { rows } from './status-rows.ts';

/** The harness itself, with nothing of this project in it: if this fails, hook.test.ts means nothing. */
describe('a cluster with nothing but shell scripts', () => {
  let cluster: Cluster;
  let record: EventRecord;

  beforeAll(async () => {
    cluster = await startCluster({
      nodes: 3,
      publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24', 'fd98::1/64'],
      scripts: releaseUnderTest.scripts,
      async prepareNode(node) {
        await node.install('70.author.script', '#!/bin/sh\nexit 0\n');
        await node.install(witnessName, witnessScript);
      },
    });
    record = new EventRecord(cluster);
    return () => cluster.stop();
  });

  beforeAll(async () => {
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
    // A socket of both families has IPv4 addresses as IPv6 ones, which ctdb_killtcp of 4.13 refuses.
    await serveGreetings(cluster, 'IPv4');
  });

  test('ctdb shows the scripts in their order', async () => {
    const status = await cluster.node(0).ctdb('event', 'status', 'legacy', 'monitor');
    const witness = witnessName.replace('.script', '');
    const names = [...releaseUnderTest.scripts, '70.author', witness].sort();
    expect(rows(status)).toEqual(names.map((name) => [name, 'OK']));
  });

  test('disabling a node resets its client, which finds the next node', async () => {
    const before = cluster.holderOf('10.98.0.1');
    await using client = new GreetingClient(cluster, '10.98.0.1');
    await client.waitUntilGreetedBy(before.machine.name);

    record.begin('disable');
    await before.disable();
    await cluster.waitUntilServedBy(cluster.nodes.filter((node) => node !== before));

    const after = cluster.holderOf('10.98.0.1');
    await client.waitUntilGreetedBy(after.machine.name);
    expect(client.story).toEqual([
      `greeted by ${before.machine.name}`,
      'lost: ECONNRESET',
      `greeted by ${after.machine.name}`,
    ]);
    record.begin('enable');
    await before.enable();
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
  });

  test('a simulated cluster raises the same events', async () => {
    // Four addresses on three nodes: which node has two of them is chance, and so is whether a node has nothing to do.
    const recorded = await cluster.waitUntil(
      'every node has heard of the last takeover run',
      async () => storiesOf(await record.text()),
      (stories) => stories.get('enable')?.every((story) => story.endsWith('ipreallocated')) === true,
    );
    const simulated = storiesOf(
      await simulateSteps(releaseUnderTest.ctdb, ['start', 'disable 0', 'enable 0']),
    );
    for (const [step, simulatedStep] of [
      ['disable', 'disable 0'],
      ['enable', 'enable 0'],
    ] as const) {
      const orders = ordersOf(recorded.get(step) ?? []);
      expect(orders.some((order) => order.includes('takeip'))).toBe(true);
      expect(ordersOf(simulated.get(simulatedStep) ?? [])).toEqual(expect.arrayContaining([...orders]));
    }
  });

  test('the nodes that are left take over from one that is killed', async () => {
    await cluster.kill(cluster.node(0));
    await cluster.waitUntilServedBy([cluster.node(1), cluster.node(2)]);
  });
});

/** The kinds of stories of a step, without how many addresses moved. */
const ordersOf = (stories: readonly string[]): readonly string[] =>
  [...new Set(stories.map((story) => story.replace(/ x\d+/g, '')))].sort();
