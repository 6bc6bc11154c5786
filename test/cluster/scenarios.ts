import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import { GreetingClient, waitUntilConnectionIsKnown, startGreetingCluster } from './greeting.ts';
import { scenarioDirectory, type ClusterNode, type NodePlan } from './node.ts';
import { Resets } from './resets.ts';
import { releaseUnderTest } from './releases.ts';
import { rows } from './status-rows.ts';
import { expectedChanges, toldChanges } from './told-changes.ts';

/** What the entries of a node are, in the order in which they run. */
const entries = [...releaseUnderTest.scripts, '60.nfs', '65.witness', '70.author'].sort();

/** Makes the author’s plugin say that the node is unhealthy, for the reason that it holds. */
const unwellPath = `${scenarioDirectory}/unwell`;

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

/** Stands in for what tells NFS clients to reclaim their locks, and writes down when it is asked to. */
const statdCallout = `#!/bin/sh
[ "$1" != notify ] || echo notify >>${scenarioDirectory}/statd
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
  await node.machine.write(node.release.statdHelper, statdCallout, 0o755);
  // As where statd is installed: without it 60.nfs has the helper of today tell nobody.
  if (node.release.statdHelper.endsWith('/statd_callout_helper'))
    await node.machine.run('mkdir', '-p', '/var/lib/nfs/statd/sm');
  await node.install('65.witness.script', witness);
  await node.install(
    '70.author.ts',
    await readFile(new URL('plugins/70.author.ts', import.meta.url), 'utf8'),
  );
}

/** What is installed, which is what one set of scenarios differs in from another. */
export type ScenarioPlan = Pick<NodePlan, 'scripts' | 'links' | 'plugins' | 'eventd'>;

/** What a cluster with 10.interface, 60.nfs and an author's plugin does, however its nodes run them. */
export function describeScenarios(title: string, plan: ScenarioPlan): void {
  describe(title, () => {
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await startGreetingCluster({
        nodes: 3,
        publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24', 'fd98::1/64'],
        options: options('no'),
        prepareNode,
        ...plan,
      });
      return () => cluster.stop();
    });

    afterEach(async () => {
      for (const node of cluster.startedNodes) {
        await node.enable();
        await node.machine.run('rm', '-f', unwellPath);
      }
      await cluster.waitUntilHealthy();
      await cluster.waitUntilServedBy(cluster.startedNodes);
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
        const before = cluster.holderOf(ip);
        await using client = new GreetingClient(cluster, ip);
        await client.waitUntilGreetedBy(before.machine.name);
        const logged = (await before.log()).length;
        await using resets = await Resets.count(cluster);

        await before.disable();
        await cluster.waitUntilServedBy(cluster.nodes.filter((node) => node !== before));

        const after = cluster.holderOf(ip);
        await client.waitUntilGreetedBy(after.machine.name);
        expect(client.story).toEqual([
          `greeted by ${before.machine.name}`,
          'lost: ECONNRESET',
          `greeted by ${after.machine.name}`,
        ]);
        const isByNetlink = before.eventd === 'ours' || plan.links !== undefined;
        // Told by the node that released it, a client tries to connect while nobody has the address: CTDB's scripts do that.
        expect(isByNetlink ? await resets.senders() : [after]).toEqual([after]);
        const output = (await before.log()).slice(logged);
        const using = isByNetlink ? '' : suffix;
        expect(output).toContain(`10.interface: Killed 1/1 TCP connections to released IP ${ip}${using}\n`);
      },
    );

    test('a plugin that finds its node unhealthy moves the addresses, and ctdb shows its reason', async () => {
      const node = cluster.node(0);
      await node.machine.write(unwellPath, 'the author has a headache');

      await cluster.waitUntilServedBy([cluster.node(1), cluster.node(2)]);

      expect((await cluster.states())[0]).toBe('UNHEALTHY');
      const { stdout } = await node.attemptCtdb('scriptstatus');
      expect(stdout).toMatch(/^70\.author +ERROR .*\n +OUTPUT: the author has a headache$/m);
    });

    test('60.nfs tells its callout of every address, and statd once of all changes of a takeover run', async () => {
      for (const node of cluster.nodes) {
        await cluster.waitUntil(
          `on node ${node.pnn} callout and statd were told what the events say`,
          async () => {
            const events = await scenarioLines(node, 'events');
            const addressEvents = events.filter((line) => line !== 'ipreallocated');
            const expected = { callout: addressEvents, statd: expectedChanges(events).map(() => 'notify') };
            const told = {
              callout: await scenarioLines(node, 'callout'),
              statd: await scenarioLines(node, 'statd'),
            };
            return { told, expected };
          },
          ({ told, expected }) => expected.statd.length > 0 && isDeepStrictEqual(told, expected),
        );
      }
    });

    test('when the leader is killed the others take over, and its client finds them by their tickles', async () => {
      const leader = cluster.node(await cluster.node(0).leader());
      const others = cluster.nodes.filter((node) => node !== leader);
      const ip = cluster.ipHeldBy(leader);
      await using client = new GreetingClient(cluster, ip);
      await client.waitUntilGreetedBy(leader.machine.name);
      await waitUntilConnectionIsKnown(cluster, ip, others);

      await cluster.kill(leader);
      await cluster.waitUntilServedBy(others);

      const after = cluster.holderOf(ip);
      await client.waitUntilGreetedBy(after.machine.name);
      expect(client.story).toEqual([
        `greeted by ${leader.machine.name}`,
        'lost: ECONNRESET',
        `greeted by ${after.machine.name}`,
      ]);
      expect((await cluster.states())[leader.pnn]).toContain('DISCONNECTED');
    });

    test('the author’s plugin was told of each change exactly once', async () => {
      expect(cluster.liveNodes.length).toBeGreaterThan(0);
      for (const node of cluster.liveNodes) {
        await cluster.waitUntil(
          `on node ${node.pnn} 70.author was told what the events say`,
          async () => ({
            expected: expectedChanges(await scenarioLines(node, 'events')),
            told: toldChanges(await scenarioLines(node, 'changes')),
          }),
          ({ told, expected }) => expected.length > 0 && isDeepStrictEqual(told, expected),
        );
      }
    });

    test('no packet filter is left behind', async () => {
      expect(cluster.liveNodes.length).toBeGreaterThan(0);
      for (const node of cluster.liveNodes) {
        for (const iptables of ['iptables', 'ip6tables']) {
          expect(await node.machine.run(iptables, '-S', 'INPUT')).toBe('-P INPUT ACCEPT');
        }
      }
    });

    test('in the end each address is on exactly one live node, and every node knows which', async () => {
      await cluster.waitUntil(
        'ctdb says what the kernels say',
        async () => ({
          held: Object.entries(cluster.addresses()).map(([ip, holders]) => `${ip} ${holders.join(' ')}`),
          said: await Promise.all(cluster.liveNodes.map((node) => node.ctdb('ip', 'all'))),
        }),
        ({ held, said }) =>
          said.length > 0 &&
          said.every((text) => isDeepStrictEqual(text.split('\n').slice(1).sort(), held.sort())),
      );
    });

    test('ctdb shutdown releases what the node holds, and no process of ours is left there', async () => {
      const [node, ...others] = cluster.liveNodes;
      if (node === undefined) throw new Error('No node is live');
      await node.stop();

      const held = node.kernelAddresses().filter((ip) => cluster.publicIps.includes(ip));
      expect(held).toEqual([]);
      await cluster.waitUntilServedBy(others);
      await cluster.waitUntil(
        'event daemon and plugin hosts have ended',
        () => node.machine.pidsOf(/dist\/(eventd|host|hook)\.js|\/ctdb-eventd/),
        (pids) => pids.length === 0,
      );
    });
  });
}

/** The lines of a file that the scenario's own scripts and plugins write on a node. */
const scenarioLines = async (node: ClusterNode, name: string): Promise<string[]> =>
  (await node.machine.read(`${scenarioDirectory}/${name}`)).split('\n').filter((line) => line !== '');
