/**
 * What `npm run bench:cluster` does: in clusters of real ctdbd, measures how long the addresses of a node that is disabled
 * take to be served by the others, with CTDB's own event daemon and scripts and with ours. With `--write`
 * test/bench/README.md gets it, and README.md what it shows of it. `--part failover|more|links`: only this table; `--only N,N`: only
 * these rows of it.
 */
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { startCluster, type Cluster } from '../cluster/cluster.ts';
import { setGracePeriods } from '../cluster/grace-periods.ts';
import type { ClusterNode, NodePlan } from '../cluster/node.ts';
import { writeFigures } from './write-figures.ts';
import {
  clusterReport,
  linksReport,
  moreReport,
  type Case,
  type Measured,
  type Move,
} from './cluster-report.ts';
import { handledEvents } from './handled-events.ts';
import { takeoverRunsIn } from './takeover-runs.ts';

/** Most time that addresses may take to move, in milliseconds: CTDB's own scripts need more than one takeover run. */
const patienceMs = 180_000;

/** The same until a cluster is at rest, before the first: of many IPv6 addresses all come to the node that is ready first. */
const startPatienceMs = 600_000;

/** The pause between two looks at who has them is this, or so many times as long as a look: the nodes need the processors. */
const pause = { leastMs: 20, looks: 4 } as const;

/**
 * CTDB's own gets more time for events and takeover runs than the 30 and 9 seconds of its defaults: on a slow machine it does
 * not come to rest with these.
 */
const patience = 'EventScriptTimeout=400\nTakeoverTimeout=400\n';

/** How often each cluster is measured; one with CTDB's own event daemon takes minutes, and once has to do. */
const rounds = { ours: 3, stock: 1 } as const;

/** What is enabled: few entries, or all that a cluster without extras is likely to have. */
const few = ['00.ctdb', '01.reclock', '05.system', '10.interface'];
const many = [...few, '11.natgw', '11.routing', '13.per_ip_routing', '20.multipathd'];

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
const failover: readonly Case[] = [
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

/** Two nodes; what is compared has the same addresses. */
const ofTwo = { nodes: 2, isMonitoredOften: true } as const;

/**
 * All are on one node and stay there, so that all move. With more, or where both nodes have some, CTDB's own node is banned at its
 * start: `takeip` takes it too long.
 */
const ofOne = { ...ofTwo, moveTogether: true, tunables: ['NoIPFailback=1'] } as const;
const more: readonly Case[] = [
  { ...stock(few), ...ofOne, what: 'CTDB, IPv6', addresses: 40, family: 'IPv6' },
  { ...ours(few), ...ofOne, what: 'ctdb-hook, IPv6', addresses: 40, family: 'IPv6' },
  {
    ...ours(few, true),
    ...ofTwo,
    what: 'ctdb-hook, IPv6, the scripts declare their events',
    addresses: 400,
    family: 'IPv6',
  },
  {
    ...ours(few, true),
    ...ofTwo,
    what: 'ctdb-hook, IPAllocAlgorithm 1, the scripts declare their events',
    addresses: 2000,
    tunables: ['IPAllocAlgorithm=1'],
  },
];

/** What a failover of a node that exports by NFS is likely to wait for. */
const withNfs = [...few, '60.nfs'];
const nfsOptions = `CTDB_NFS_SKIP_SHARE_CHECK=yes
CTDB_NFS_CALLOUT=/etc/ctdb/nfs-callout
CTDB_NFS_CHECKS_DIR=/etc/ctdb/no-checks
`;
const nfsCallout = '#!/bin/sh\n[ "$1" != register ] || echo ALL\n';
const linked = ['10.interface', '60.nfs'];
const links: readonly Case[] = [
  { ...stock(withNfs), rounds: rounds.ours, what: 'CTDB, 5 scripts, 60.nfs among them' },
  {
    ...stock(withNfs),
    rounds: rounds.ours,
    links: linked,
    what: 'the same, 10.interface and 60.nfs as links to ctdb-hook',
  },
  { ...stock(linked), rounds: rounds.ours, what: 'CTDB, 10.interface and 60.nfs alone' },
  { ...stock(linked), rounds: rounds.ours, links: linked, what: 'the same, both as links to ctdb-hook' },
];

const tables = {
  failover: { name: 'bench:cluster', cases: failover, report: clusterReport },
  more: { name: 'bench:cluster:more', cases: more, report: moreReport },
  links: { name: 'bench:cluster:links', cases: links, report: linksReport },
} as const;

const { write, only, part } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    part: { type: 'string', default: Object.keys(tables).join(',') },
  },
}).values;
const unknown = part.split(',').filter((name) => !Object.keys(tables).includes(name));
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(', ')}, expected ${Object.keys(tables).join(', ')}`);
const written: Record<string, string> = {};
for (const [name, table] of Object.entries(tables)) {
  if (!part.split(',').includes(name)) continue;
  const measured: Measured[] = [];
  for (const each of table.cases.filter(
    (_case, index) => only === undefined || only.split(',').includes(String(index)),
  )) {
    const moves = await measureIfItRests(each);
    console.error(each.what, moves);
    measured.push({ of: each, moves });
  }
  const text = await table.report(measured, { rounds: rounds.ours, patienceMs });
  console.log(text);
  written[table.name] = text;
}
if (write) await writeFigures(written);

/** CTDB's own may not come to rest on a slow machine, or where each ARP takes long; ours has to. */
async function measureIfItRests(each: Case): ReturnType<typeof measure> {
  try {
    return await measure(each);
  } catch (error) {
    if (each.plugins !== undefined || each.links !== undefined) throw error;
    console.error(`${each.what}: ${String(error).split('\n', 1)[0] ?? ''}`);
    return [];
  }
}

async function measure(each: Case): Promise<readonly Move[]> {
  using _kernel = setGracePeriods(each.hasSlowArp !== true);
  const cluster = await startCluster(planOf(each));
  try {
    const moves: Move[] = [];
    await cluster.waitUntilHealthy(startPatienceMs);
    await (each.moveTogether === true
      ? gather(cluster)
      : cluster.waitUntilServedBy(cluster.nodes, startPatienceMs));
    const count = each.rounds ?? (each.plugins === undefined ? rounds.stock : rounds.ours);
    for (;;) {
      const node = busiest(cluster, moves.length);
      moves.push(await moveFrom(cluster, node));
      if (moves.length >= count) return moves;
      await node.machine.attempt('ctdb', 'enable');
      await cluster.waitUntilHealthy(patienceMs);
      if (each.moveTogether !== true) await cluster.waitUntilServedBy(cluster.nodes, patienceMs);
    }
  } finally {
    await cluster.stop();
  }
}

/** Has one node of two have all addresses. */
async function gather(cluster: Cluster): Promise<void> {
  const [holder, other] = [cluster.node(0), cluster.node(1)];
  await other.machine.attempt('ctdb', 'disable');
  await cluster.waitUntilServedBy([holder], startPatienceMs);
  await other.machine.attempt('ctdb', 'enable');
  await cluster.waitUntilHealthy(patienceMs);
}

async function moveFrom(cluster: Cluster, node: ClusterNode): Promise<Move> {
  const ips = heldBy(cluster, node);
  const since = new Date();
  const began = performance.now();
  // Not `await`: it waits for more than the addresses, and fails where ctdbd has taken a neighbour for dead meanwhile.
  const disabled = node.machine.attempt('ctdb', 'disable');
  let waitedMs: number | undefined;
  for (;;) {
    const lookMs = performance.now();
    const addresses = cluster.addresses();
    const tookMs = performance.now() - began;
    if (ips.some((ip) => addresses[ip]?.includes(node.pnn) !== true)) waitedMs ??= tookMs;
    if (ips.every((ip) => addresses[ip]?.length === 1 && !addresses[ip].includes(node.pnn))) {
      await disabled;
      const logs = await Promise.all(cluster.nodes.map((each) => each.log()));
      const takeoverRuns = takeoverRunsIn(logs.join('\n'), since);
      return { addresses: ips.length, tookMs, waitedMs: waitedMs ?? tookMs, takeoverRuns };
    }
    if (tookMs > patienceMs)
      throw new Error(`The addresses of node ${node.pnn} have not moved in ${tookMs} ms`);
    await delay(Math.max(pause.leastMs, pause.looks * (performance.now() - lookMs)));
  }
}

/** The node that holds the most addresses; of several the one whose turn it is. With very many ctdbd may not share evenly. */
function busiest(cluster: Cluster, round: number): ClusterNode {
  const turn = round % cluster.nodes.length;
  const inTurn = [...cluster.nodes.slice(turn), ...cluster.nodes.slice(0, turn)];
  const most = Math.max(...inTurn.map((node) => heldBy(cluster, node).length));
  return inTurn.find((node) => heldBy(cluster, node).length === most) ?? cluster.node(turn);
}

function heldBy(cluster: Cluster, { pnn }: ClusterNode): string[] {
  return Object.entries(cluster.addresses()).flatMap(([ip, holders]) => (holders.includes(pnn) ? [ip] : []));
}

function planOf(each: Case): NodePlan {
  const { nodes, addresses, scripts, plugins: enabled, declared = false, isMonitoredOften = false } = each;
  const { family, tunables = [], links: linked = [] } = each;
  return {
    nodes,
    publicAddresses: Array.from({ length: addresses }, (_, index) =>
      family === 'IPv6'
        ? `fd98::${(index + 0x1000).toString(16)}/64`
        : `10.98.${Math.floor(index / 200)}.${(index % 200) + 1}/16`,
    ),
    scripts: scripts.filter((name) => enabled?.includes(name) !== true && !linked.includes(name)),
    links: linked,
    options: nfsOptions,
    ...(enabled === undefined ? {} : { plugins: enabled, eventd: () => 'ours' as const }),
    async prepareNode(node) {
      await node.machine.run('mkdir', '/etc/ctdb/no-checks');
      await node.machine.write('/etc/ctdb/nfs-callout', nfsCallout, 0o755);
      // CTDB's defaults, not what makes tests quick.
      const path = '/etc/ctdb/ctdb.tunables';
      const kept = isMonitoredOften ? 'MonitorInterval=2\n' : '';
      const given = enabled === undefined ? patience : '';
      await node.machine.write(path, [kept, given, ...tunables.map((each) => `${each}\n`)].join(''));
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
