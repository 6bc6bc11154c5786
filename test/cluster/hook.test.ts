import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type Cluster } from './cluster.ts';
import { GreetingClient, serveGreetings } from './greeting.ts';
import { scenarioDirectory, type ClusterNode } from './node.ts';
import { expectedChanges, toldChanges } from './told-changes.ts';

/** What the entries of a node are, in the order in which they run. */
const entries = ['00.ctdb', '05.system', '10.interface', '60.nfs', '65.witness', '70.author'];

const options = (useSsKill: string): string => `
CTDB_KILLTCP_USE_SS_KILL=${useSsKill}
CTDB_NFS_CALLOUT=/etc/ctdb/nfs-callout
CTDB_NFS_CHECKS_DIR=/etc/ctdb/no-checks
`;

/** Stands in for an NFS server: it wants every operation, and writes down the ones that name an address. */
const callout = `#!/bin/sh
case "$1" in
register) echo ALL ;;
takeip | releaseip) echo "$*" >>${scenarioDirectory}/callout ;;
esac
`;

/** A shell script of the author's own between the plugins, which writes down what it was called for. */
const witness = `#!/bin/sh
case "$1" in
takeip | releaseip | ipreallocated) echo "$*" >>${scenarioDirectory}/events ;;
esac
`;

async function prepareNode(node: ClusterNode): Promise<void> {
  await node.machine.run('mkdir', '/etc/ctdb/no-checks');
  await node.machine.write('/etc/ctdb/nfs-callout', callout, 0o755);
  await node.install('65.witness.script', witness);
  await node.install(
    '70.author.ts',
    await readFile(new URL('plugins/70.author.ts', import.meta.url), 'utf8'),
  );
}

describe('a cluster with plugins as links to bin/ctdb-hook, beside shell scripts', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({
      nodes: 3,
      publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24', 'fd98::1/64'],
      scripts: ['00.ctdb', '05.system'],
      links: ['10.interface', '60.nfs', '70.author'],
      options: options('no'),
      prepareNode,
    });
    return () => cluster.stop();
  });

  beforeAll(async () => {
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
    await serveGreetings(cluster);
  });

  test('ctdb shows plugins and shell scripts alike, in their order, all of them well', async () => {
    const well = entries.map((name) => [name, 'OK']);
    for (const node of cluster.nodes) {
      expect(rows(await node.ctdb('event', 'status', 'legacy', 'monitor'))).toEqual(well);
      expect(rows(await node.ctdb('scriptstatus'))).toEqual(well);
    }
  });

  test.each([
    { ip: '10.98.0.1', useSsKill: 'no', suffix: '' },
    { ip: '10.98.0.1', useSsKill: 'yes', suffix: ', using ss -K' },
    { ip: 'fd98::1', useSsKill: 'no', suffix: '' },
    { ip: 'fd98::1', useSsKill: 'yes', suffix: ', using ss -K' },
  ])(
    'disabling a node resets its client on $ip, which finds the next node (CTDB_KILLTCP_USE_SS_KILL=$useSsKill)',
    async ({ ip, useSsKill, suffix }) => {
      for (const node of cluster.nodes) await node.setOptions(options(useSsKill));
      const before = await cluster.holderOf(ip);
      await using client = new GreetingClient(cluster, ip);
      await client.waitUntilGreetedBy(before.machine.name);
      const logged = (await before.log()).length;

      await before.disable();
      await cluster.waitUntilServedBy(cluster.nodes.filter((node) => node !== before));

      const after = await cluster.holderOf(ip);
      await client.waitUntilGreetedBy(after.machine.name);
      expect(client.story).toEqual([
        `greeted by ${before.machine.name}`,
        'lost: ECONNRESET',
        `greeted by ${after.machine.name}`,
      ]);
      const output = (await before.log()).slice(logged);
      expect(output).toContain(`10.interface: Killed 1/1 TCP connections to released IP ${ip}${suffix}\n`);
      await before.enable();
      await cluster.waitUntilHealthy();
      await cluster.waitUntilServedBy(cluster.nodes);
    },
  );

  test('a plugin that finds its node unhealthy moves the addresses, and ctdb shows its reason', async () => {
    const node = cluster.node(0);
    await node.machine.write(`${scenarioDirectory}/unwell`, 'the author has a headache');

    await cluster.waitUntilServedBy([cluster.node(1), cluster.node(2)]);
    expect((await cluster.states())[0]).toBe('UNHEALTHY');
    const { stdout } = await node.attemptCtdb('scriptstatus');
    expect(rows(stdout).at(-2)).toEqual(['70.author', 'ERROR']);
    expect(stdout).toContain('OUTPUT: the author has a headache');

    await node.machine.run('rm', `${scenarioDirectory}/unwell`);
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
  });

  test('the callout of 60.nfs hears of every address that the node takes and releases', async () => {
    for (const node of cluster.nodes) {
      const events = (await scenarioLines(node, 'events')).filter((line) => line !== 'ipreallocated');
      expect(events.length).toBeGreaterThan(0);
      expect(await scenarioLines(node, 'callout')).toEqual(events);
    }
  });

  test('the nodes that are left take over from one that is killed', async () => {
    const killed = await cluster.holderOf('10.98.0.1');

    await cluster.kill(killed);
    await cluster.waitUntilServedBy(cluster.liveNodes);

    await using client = new GreetingClient(cluster, '10.98.0.1');
    await client.waitUntilGreetedBy((await cluster.holderOf('10.98.0.1')).machine.name);
    await cluster.waitUntilHealthy();
    expect((await cluster.states())[killed.pnn]).toContain('DISCONNECTED');
  });

  test('the author’s plugin was told of each change exactly once', async () => {
    for (const node of cluster.liveNodes) {
      const expected = expectedChanges(await scenarioLines(node, 'events'));
      expect(expected.length).toBeGreaterThan(0);
      expect(toldChanges(await scenarioLines(node, 'changes'))).toEqual(expected);
    }
  });

  test('in the end each address is on exactly one live node, and ctdb knows which', async () => {
    await cluster.waitUntilServedBy(cluster.liveNodes);
    const held = Object.entries(await cluster.addresses()).map(([ip, [pnn]]) => `${ip} ${pnn}`);
    for (const node of cluster.liveNodes) {
      const said = (await node.ctdb('ip', 'all')).split('\n').slice(1);
      expect(said.sort()).toEqual(held.sort());
    }
  });
});

/** Name and state of each script that a status of ctdb shows. */
const rows = (status: string): string[][] => status.split('\n').map((line) => line.split(/ +/).slice(0, 2));

/** The lines of a file that the scenario's own scripts and plugins write on a node. */
const scenarioLines = async (node: ClusterNode, name: string): Promise<string[]> =>
  (await node.machine.read(`${scenarioDirectory}/${name}`)).split('\n').filter((line) => line !== '');
