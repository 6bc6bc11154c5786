import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import { GreetingClient, startGreetingCluster } from './greeting.ts';
import type { ClusterNode } from './node.ts';
import { releaseUnderTest } from './releases.ts';
import { Resets } from './resets.ts';

const hook = fileURLToPath(new URL('../../bin/ctdb-hook', import.meta.url));

const ipv6 = Array.from({ length: 8 }, (_, index) => `fd98::${index + 1}`);

/** More addresses than ctdbd distributes by LCP2 in about a second. */
const many = Array.from({ length: 501 }, (_, index) => `10.97.${index >> 8}.${index & 255}/16 eth0\n`);

const publicAddressesPath = '/etc/ctdb/public_addresses';

describe('clients of nodes with our event daemon', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startGreetingCluster({
      nodes: 2,
      publicAddresses: ['10.98.0.1/24', ...ipv6.map((ip) => `${ip}/64`)],
      scripts: releaseUnderTest.scripts.filter((name) => name !== '10.interface'),
      plugins: ['10.interface'],
      eventd: () => 'ours',
      // Otherwise the nodes keep the addresses where all of them are disabled.
      prepareNode: (node) => node.setTunable('NoIPHostOnAllDisabled', 1),
    });
    return () => cluster.stop();
  });

  afterEach(async () => {
    for (const node of cluster.nodes) await node.enable();
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
  });

  const otherThan = (node: ClusterNode): ClusterNode => cluster.node(1 - node.pnn);

  test('of IPv6 addresses that move together each is kept, and a client is told by the node that has it then', async () => {
    const ip = 'fd98::8';
    const before = cluster.holderOf(ip);
    const after = otherThan(before);
    const moving = ipv6.filter((each) => cluster.holderOf(each) === before);
    expect(moving.length).toBeGreaterThan(1);
    await using client = new GreetingClient(cluster, ip);
    await client.waitUntilGreetedBy(before.machine.name);
    await using resets = await Resets.count(cluster);

    await before.disable();
    await cluster.waitUntilServedBy([after]);

    await client.waitUntilGreetedBy(after.machine.name);
    expect(client.story).toEqual([
      `greeted by ${before.machine.name}`,
      'lost: ECONNRESET',
      `greeted by ${after.machine.name}`,
    ]);
    expect(await resets.senders()).toEqual([after]);
    const shown = await after.machine.run('ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0', 'permanent');
    for (const each of moving) expect(shown).toMatch(new RegExp(` ${each}/64 scope global(?!.* deprecated)`));
  });

  test.each(['10.98.0.1', 'fd98::1'])(
    'the client of an address that goes to no node is told by the node that releases it (%s)',
    async (ip) => {
      const before = cluster.holderOf(ip);
      await otherThan(before).disable();
      await cluster.waitUntilServedBy([before]);
      await using client = new GreetingClient(cluster, ip);
      await client.waitUntilGreetedBy(before.machine.name);
      await using resets = await Resets.count(cluster);

      await before.disable();
      await cluster.waitUntil(
        'no node has any of the addresses',
        () => Object.values(cluster.addresses()).flat(),
        (holders) => holders.length === 0,
      );

      await cluster.waitUntil(
        'the client has been told',
        () => client.story,
        (story) => story.length > 1,
      );
      expect(client.story).toEqual([`greeted by ${before.machine.name}`, 'lost: ECONNRESET']);
      expect(await resets.senders()).toEqual([before]);
      await before.enable();
      await client.waitUntilGreetedBy(before.machine.name);
    },
  );

  test('list warns of LCP2 with many addresses by what the running ctdbd says, not by ctdb.tunables', async () => {
    const node = cluster.node(0);
    const had = await node.machine.read(publicAddressesPath);
    const list = async (): Promise<string> => {
      const { stdout, stderr } = await node.machine.attempt(hook, 'list');
      return `${stdout}\n${stderr}`;
    };
    // ctdbd itself has read the file before.
    await node.machine.write(publicAddressesPath, `${had}${many.join('')}`);
    try {
      expect(await list()).toContain(`there are ${many.length + ipv6.length + 1} public addresses`);
      await node.ctdb('setvar', 'IPAllocAlgorithm', '1');
      expect(await list()).not.toContain('IPAllocAlgorithm');
    } finally {
      await node.ctdb('setvar', 'IPAllocAlgorithm', '2');
      await node.machine.write(publicAddressesPath, had);
    }
  });
});
