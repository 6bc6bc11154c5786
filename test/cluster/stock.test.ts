import { beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type Cluster } from './cluster.ts';
import { GreetingClient, serveGreetings } from './greeting.ts';
import { releaseUnderTest } from './releases.ts';
import { rows } from './status-rows.ts';

/** The harness itself, with nothing of this project in it: if this fails, hook.test.ts means nothing. */
describe('a cluster with nothing but shell scripts', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({
      nodes: 3,
      publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24', 'fd98::1/64'],
      scripts: releaseUnderTest.scripts,
      prepareNode: (node) => node.install('70.author.script', '#!/bin/sh\nexit 0\n'),
    });
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
    const names = [...releaseUnderTest.scripts, '70.author'].sort();
    expect(rows(status)).toEqual(names.map((name) => [name, 'OK']));
  });

  test('disabling a node resets its client, which finds the next node', async () => {
    const before = cluster.holderOf('10.98.0.1');
    await using client = new GreetingClient(cluster, '10.98.0.1');
    await client.waitUntilGreetedBy(before.machine.name);

    await before.disable();
    await cluster.waitUntilServedBy(cluster.nodes.filter((node) => node !== before));

    const after = cluster.holderOf('10.98.0.1');
    await client.waitUntilGreetedBy(after.machine.name);
    expect(client.story).toEqual([
      `greeted by ${before.machine.name}`,
      'lost: ECONNRESET',
      `greeted by ${after.machine.name}`,
    ]);
    await before.enable();
    await cluster.waitUntilHealthy();
  });

  test('the nodes that are left take over from one that is killed', async () => {
    await cluster.kill(cluster.node(0));
    await cluster.waitUntilServedBy([cluster.node(1), cluster.node(2)]);
  });
});
