import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';

const hook = fileURLToPath(new URL('../../bin/ctdb-hook', import.meta.url));

/** Addresses that come and go behind CTDB's back, on a node whose recovery daemon is held: it would see them itself. */
export function testReconcile(cluster: () => Cluster): void {
  describe('ctdb-hook reconcile', () => {
    let node: ClusterNode;

    beforeEach(async () => {
      const leader = await cluster().node(0).leader();
      node = withIpv4(
        cluster(),
        cluster().nodes.filter(({ pnn }) => pnn !== leader),
      );
      await signalRecoveryDaemon(node, 'STOP');
    });

    afterEach(async () => {
      await signalRecoveryDaemon(node, 'CONT');
      await cluster().waitUntilHealthy();
      await cluster().waitUntilServedBy(cluster().nodes);
    });

    test('agrees where all is well, on every node', async () => {
      for (const each of cluster().nodes)
        expect(await reconcile(each)).toEqual({ code: 0, lines: [expect.stringMatching(agreed)] });
    });

    test('shows an address that was added by hand, and has it released', async () => {
      const other = withIpv4(
        cluster(),
        cluster().nodes.filter((each) => each !== node),
      );
      const [ip = ''] = ipv4HeldBy(cluster(), other);
      await node.machine.run('ip', 'addr', 'add', `${ip}/24`, 'dev', 'eth0');
      const difference = `${ip}: left over on this node, the ledger is wrong (ledger: not held, kernel: eth0/24, ctdb: node ${other.pnn})`;
      expect(await reconcile(node)).toEqual({ code: 2, lines: [difference] });
      expect(node.kernelAddresses()).toContain(ip);

      expect(await reconcile(node, '--mend')).toEqual({
        code: 0,
        lines: [difference, takeover, expect.stringMatching(agreed)],
      });
      expect(cluster().addresses()[ip]).toHaveLength(1);
      expect(await reconcile(node)).toMatchObject({ code: 0 });
    });

    test('shows an address that was taken away by hand, and has it taken again', async () => {
      const [ip = ''] = ipv4HeldBy(cluster(), node);
      await node.machine.run('ip', 'addr', 'del', `${ip}/24`, 'dev', 'eth0');
      const difference = `${ip}: missing on this node, the ledger is wrong (ledger: eth0/24, kernel: nowhere, ctdb: this node)`;
      expect(await reconcile(node)).toEqual({ code: 2, lines: [difference] });
      expect(cluster().addresses()[ip]).toEqual([]);

      expect(await reconcile(node, '--mend')).toEqual({
        code: 0,
        lines: [difference, takeover, expect.stringMatching(agreed)],
      });
      expect(cluster().addresses()[ip]).toHaveLength(1);
    });

    test('shows an address whose mask was changed by hand, which the ledger learns at an ipreallocated', async () => {
      const [ip = ''] = ipv4HeldBy(cluster(), node);
      const change = (from: number, to: number) =>
        node.machine.run(
          'sh',
          '-ec',
          `ip addr del ${ip}/${from} dev eth0; ip addr add ${ip}/${to} brd + dev eth0`,
        );
      for (const [from, to] of [
        [24, 28],
        [28, 24],
      ] as const) {
        await change(from, to);
        const difference = `${ip}: the ledger is wrong (ledger: eth0/${from}, kernel: eth0/${to}, ctdb: this node)`;
        expect(await reconcile(node)).toEqual({ code: 2, lines: [difference] });
        expect(await reconcile(node, '--mend')).toEqual({
          code: 0,
          lines: [
            difference,
            'Raising ipreallocated, at which the ledger learns what the kernel has',
            expect.stringMatching(agreed),
          ],
        });
      }
    });
  });
}

const takeover = 'Asking ctdbd for a takeover run (ctdb ipreallocate)';
const agreed = /^4 public addresses, \d on this node: ledger, kernel and ctdb agree$/;

async function reconcile(node: ClusterNode, ...options: readonly string[]) {
  const { code, stdout, stderr } = await node.machine.attempt(hook, 'reconcile', ...options);
  return { code, lines: [...stdout.split('\n'), ...(stderr === '' ? [] : [stderr])] };
}

/** The public IPv4 addresses on a node. */
function ipv4HeldBy(cluster: Cluster, { pnn }: ClusterNode): readonly string[] {
  const held = Object.entries(cluster.addresses()).filter(([, holders]) => holders.includes(pnn));
  return held.flatMap(([ip]) => (ip.includes(':') ? [] : [ip]));
}

/** One of two nodes that has an IPv4 address; of four addresses, of which one is IPv6, one of them has. */
function withIpv4(cluster: Cluster, nodes: readonly ClusterNode[]): ClusterNode {
  const found = nodes.find((node) => ipv4HeldBy(cluster, node).length > 0);
  if (found === undefined) throw new Error('No node has an IPv4 address');
  return found;
}

/** Holds the process of ctdbd that looks every second whether the addresses are where they should be, or lets it go on. */
async function signalRecoveryDaemon({ machine }: ClusterNode, signal: 'STOP' | 'CONT'): Promise<void> {
  const found = machine.pidsOf(/ctdbd/).filter((pid) => machine.commandOf(pid) === 'ctdb_recoverd');
  expect(found).toHaveLength(1);
  await machine.run('kill', `-${signal}`, ...found);
}
