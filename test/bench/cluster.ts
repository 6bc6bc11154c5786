/**
 * What `npm run bench:cluster` does: in clusters of real ctdbd, measures how long the addresses of a node that is disabled
 * take to be served by the others, with CTDB's own event daemon and scripts and with ours. With `--write` README.md gets it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { format } from 'prettier';
import { packageRoot } from '../../core/package-root.ts';
import { startCluster, type Cluster } from '../cluster/cluster.ts';
import type { ClusterNode, NodePlan } from '../cluster/node.ts';
import { readme } from '../docs/readme.ts';
import { handledEvents } from './handled-events.ts';
import { replacePart } from './readme-part.ts';
import { median } from './statistics.ts';

/** Most time that addresses may take to move, in milliseconds: CTDB's own scripts need more than one takeover run. */
const patienceMs = 180_000;

/** Between two looks at who has them. */
const pollMs = 20;

/**
 * CTDB's own gets more time for events and takeover runs than the 30 and 9 seconds of its defaults: on a slow machine it does
 * not come to rest with these.
 */
const patience = 'EventScriptTimeout=150\nTakeoverTimeout=120\n';

/** How often each cluster is measured; one with CTDB's own event daemon takes minutes, and once has to do. */
const rounds = { ours: 3, stock: 1 } as const;

/** What is enabled: few entries, or all that a cluster without extras is likely to have. */
const few = ['00.ctdb', '01.reclock', '05.system', '10.interface'];
const many = [...few, '11.natgw', '11.routing', '13.per_ip_routing', '20.multipathd'];

/** One cluster that is measured. */
interface Case {
  readonly what: string;
  readonly nodes: number;
  readonly addresses: number;
  readonly scripts: readonly string[];
  /** With our event daemon, and these as plugins; without, CTDB's own. */
  readonly plugins?: readonly string[];
  /** Whether the scripts declare which events they handle. */
  readonly declared?: boolean;
  /**
   * Whether the kernel is left as it is, in which each ARP that ctdbd sends holds it up for a grace period of RCU, unless our
   * event daemon has these expedited. CTDB's own may not come to rest then.
   */
  readonly hasSlowArp?: boolean;
  /** Whether the nodes are monitored as often as in the tests: then they get well together, and share the addresses. */
  readonly isMonitoredOften?: boolean;
  /** How often it is measured, where that differs. */
  readonly rounds?: number;
}

const plugins = ['00.ctdb', '10.interface'];
const ofThree = { nodes: 3, addresses: 600 } as const;
const ours = (scripts: readonly string[], declared = false) => ({
  what: `ctdb-hook, ${plugins.length} of ${scripts.length} as plugins${declared ? ', the scripts declare their events' : ''}`,
  ...ofThree,
  scripts,
  plugins,
  declared,
});
const stock = (scripts: readonly string[]) => ({
  what: `CTDB, ${scripts.length} scripts`,
  ...ofThree,
  scripts,
});
const cases: readonly Case[] = [
  stock(few),
  ours(few),
  ours(few, true),
  stock(many),
  ours(many),
  ours(many, true),
  {
    ...ours(few, true),
    what: 'ctdb-hook, as in the third, but 2 nodes; once',
    nodes: 2,
    addresses: 2000,
    isMonitoredOften: true,
    rounds: 1,
  },
  {
    ...stock(few),
    what: `CTDB, ${few.length} scripts; rcu_expedited is 0`,
    hasSlowArp: true,
    rounds: 1,
  },
  { ...ours(few, true), what: 'ctdb-hook, as in the third; rcu_expedited is 0', hasSlowArp: true },
];

const { write, only } = parseArgs({
  options: { write: { type: 'boolean', default: false }, only: { type: 'string' } },
}).values;
/** A case and how long it took, in milliseconds; undefined if it did not come to rest. */
const measured: { readonly of: Case; readonly moved: number; readonly ms: number | undefined }[] = [];
for (const each of cases.filter((_case, index) => only === undefined || String(index) === only)) {
  const { moved, tookMs } = await measureIfItRests(each);
  console.error(`${each.what}: ${moved} in ${tookMs.map((ms) => (ms / 1000).toFixed(2)).join(', ')} s`);
  measured.push({ of: each, moved, ms: tookMs.length === 0 ? undefined : median(tookMs) });
}
const lines = measured.map(({ of, moved, ms }) => {
  const theirs = measured.find((other) => isStockOf(other.of, of) && other.of !== of)?.ms;
  const times = theirs === undefined || ms === undefined ? '' : `${(theirs / ms).toFixed(1)} x`;
  const seconds = ms === undefined ? `not in ${patienceMs / 1000}` : (ms / 1000).toFixed(1);
  return `| ${of.what} | ${moved} of ${of.addresses} | ${seconds} | ${times} |`;
});
const text = await format(
  [
    `In clusters of Debian’s ctdbd, all nodes on one machine with two processors, from \`ctdb disable\` on one node until the
    others serve all its addresses, in seconds (median of ${rounds.ours}, with CTDB’s own event daemon once). Up to a second of it is the time until ctdbd looks, and
    some tenths are what it computes then. For each address that a node takes ctdbd sends six ARPs, and waits each time until
    the kernel has closed the socket: with \`/sys/kernel/rcu_expedited\` at 0, as kernels have it, so long that it takes
    its neighbours for dead. ctdb-hook sets it to 1 while addresses come; where not said otherwise, it is 1 for both. All
    tunables are CTDB's defaults, but EventScriptTimeout and TakeoverTimeout are longer where its own scripts run, and two nodes are monitored every 2 seconds.`.replaceAll(
      /\s+/g,
      ' ',
    ),
    ['| Cluster | addresses that move | seconds | faster |', '| --- | ---: | ---: | ---: |', ...lines].join(
      '\n',
    ),
  ].join('\n\n'),
  { parser: 'markdown', proseWrap: 'always', printWidth: 120 },
);
console.log(text);
if (write) writeFileSync(join(packageRoot, 'README.md'), replacePart(readme(), 'bench:cluster', text));

/** Whether a case is CTDB's own with the same scripts, on the same nodes and kernel. */
function isStockOf(one: Case, other: Case): boolean {
  const isAlike = one.scripts === other.scripts && one.nodes === other.nodes;
  return one.plugins === undefined && isAlike && one.hasSlowArp === other.hasSlowArp;
}

/** CTDB's own may not come to rest on a slow machine, or where each ARP takes long; ours has to. */
async function measureIfItRests(each: Case): ReturnType<typeof measure> {
  try {
    return await measure(each);
  } catch (error) {
    if (each.plugins !== undefined) throw error;
    console.error(`${each.what}: ${String(error).split('\n', 1)[0] ?? ''}`);
    return { moved: each.addresses / each.nodes, tookMs: [] };
  }
}

async function measure(each: Case): Promise<{ readonly moved: number; readonly tookMs: readonly number[] }> {
  using _kernel = rcuExpedited(each.hasSlowArp !== true);
  const cluster = await startCluster(planOf(each));
  try {
    const tookMs: number[] = [];
    let moved = 0;
    await cluster.waitUntilHealthy(patienceMs);
    await cluster.waitUntilServedBy(cluster.nodes, patienceMs);
    for (
      let round = 0;
      round < (each.rounds ?? (each.plugins === undefined ? rounds.stock : rounds.ours));
      round += 1
    ) {
      const node = cluster.node(round % each.nodes);
      moved = heldBy(cluster, node).length;
      tookMs.push(await moveMs(cluster, node));
      await node.machine.attempt('ctdb', 'enable');
      await cluster.waitUntilHealthy(patienceMs);
      await cluster.waitUntilServedBy(cluster.nodes, patienceMs);
    }
    return { moved, tookMs };
  } finally {
    await cluster.stop();
  }
}

async function moveMs(cluster: Cluster, node: ClusterNode): Promise<number> {
  const ips = heldBy(cluster, node);
  const began = performance.now();
  // Not `await`: it waits for more than the addresses, and fails where ctdbd has taken a neighbour for dead meanwhile.
  const disabled = node.machine.attempt('ctdb', 'disable');
  for (;;) {
    const addresses = cluster.addresses();
    const isMoved = ips.every((ip) => addresses[ip]?.length === 1 && !addresses[ip].includes(node.pnn));
    const tookMs = performance.now() - began;
    if (isMoved) {
      await disabled;
      return tookMs;
    }
    if (tookMs > patienceMs)
      throw new Error(`The addresses of node ${node.pnn} have not moved in ${tookMs} ms`);
    await delay(pollMs);
  }
}

/** Has the kernel end grace periods of RCU at once, or when it comes to it, until disposed. */
function rcuExpedited(isExpedited: boolean): Disposable {
  const setting = '/sys/kernel/rcu_expedited';
  const before = readFileSync(setting);
  writeFileSync(setting, isExpedited ? '1' : '0');
  return {
    [Symbol.dispose]() {
      writeFileSync(setting, before);
    },
  };
}

function heldBy(cluster: Cluster, { pnn }: ClusterNode): string[] {
  return Object.entries(cluster.addresses()).flatMap(([ip, holders]) => (holders.includes(pnn) ? [ip] : []));
}

function planOf(each: Case): NodePlan {
  const { nodes, addresses, scripts, plugins: enabled, declared = false, isMonitoredOften = false } = each;
  return {
    nodes,
    publicAddresses: Array.from(
      { length: addresses },
      (_, index) => `10.98.${Math.floor(index / 200)}.${(index % 200) + 1}/16`,
    ),
    scripts: scripts.filter((name) => enabled?.includes(name) !== true),
    ...(enabled === undefined ? {} : { plugins: enabled, eventd: () => 'ours' as const }),
    async prepareNode(node) {
      // CTDB's defaults, not what makes tests quick.
      if (!isMonitoredOften)
        await node.machine.write('/etc/ctdb/ctdb.tunables', enabled === undefined ? patience : '');
      for (const [name, events] of declared
        ? Object.entries(handledEvents).filter(([name]) => scripts.includes(name))
        : [])
        await node.machine.write(
          `/etc/ctdb/events/legacy/${name}.options`,
          `# ctdb-hook: events ${events.join(' ')}\n`,
        );
    },
  };
}
