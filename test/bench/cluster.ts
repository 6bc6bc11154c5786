/**
 * What `npm run bench:cluster` does: in clusters of real ctdbd, measures how long the addresses of a node that is disabled
 * take to be served by the others, with CTDB's own event daemon and scripts and with ours. With `--write` README.md gets it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { format } from 'prettier';
import { packageRoot } from '../../core/package-root.ts';
import { startCluster, type Cluster } from '../cluster/cluster.ts';
import type { ClusterNode, NodePlan } from '../cluster/node.ts';
import { readme } from '../docs/readme.ts';
import { replacePart } from './readme-part.ts';
import { median } from './statistics.ts';

/** Most time that addresses may take to move, in milliseconds: CTDB's own scripts need more than one takeover run. */
const patienceMs = 180_000;

/** Between two looks at who has them. */
const pollMs = 20;

/** How often each cluster is measured. */
const rounds = 3;

/** What is enabled: few entries, or all that a cluster without extras is likely to have. */
const few = ['00.ctdb', '01.reclock', '05.system', '10.interface'];
const many = [...few, '11.natgw', '11.routing', '13.per_ip_routing', '20.multipathd'];

/** What the scripts of Debian's CTDB handle: the cases of each. */
const handled: Readonly<Record<string, string>> = {
  '01.reclock': 'init',
  '05.system': 'monitor',
  '11.natgw': 'setup startup ipreallocated shutdown monitor',
  '11.routing': 'ipreallocated updateip',
  '13.per_ip_routing': 'startup shutdown takeip updateip releaseip ipreallocated',
  '20.multipathd': 'monitor',
};

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
}

const plugins = ['00.ctdb', '10.interface'];
const ofThree = { nodes: 3, addresses: 600 } as const;
const cases: readonly Case[] = [
  { what: `CTDB, ${few.length} scripts`, ...ofThree, scripts: few },
  { what: `ctdb-hook, ${plugins.length} of ${few.length} as plugins`, ...ofThree, scripts: few, plugins },
  { what: `CTDB, ${many.length} scripts`, ...ofThree, scripts: many },
  { what: `ctdb-hook, ${plugins.length} of ${many.length} as plugins`, ...ofThree, scripts: many, plugins },
  {
    what: `the same, and the scripts declare their events`,
    ...ofThree,
    scripts: many,
    plugins,
    declared: true,
  },
  {
    what: `ctdb-hook, ${plugins.length} of ${few.length} as plugins, 2 nodes`,
    nodes: 2,
    addresses: 2000,
    scripts: few,
    plugins,
  },
];

const { write, only } = parseArgs({
  options: { write: { type: 'boolean', default: false }, only: { type: 'string' } },
}).values;
const lines: string[] = [];
for (const each of cases.filter((_case, index) => only === undefined || String(index) === only)) {
  const { moved, tookMs } = await measure(each);
  const line = `| ${each.what} | ${moved} of ${each.addresses} | ${(median(tookMs) / 1000).toFixed(1)} |`;
  console.error(`${line} ${tookMs.map((ms) => (ms / 1000).toFixed(2)).join(' ')}`);
  lines.push(line);
}
const text = await format(
  [
    `In clusters of Debian’s ctdbd, from \`ctdb disable\` on one node until the others serve all its addresses (median of
    ${rounds}):`.replaceAll(/\s+/g, ' '),
    ['| Cluster | addresses that move | seconds |', '| --- | ---: | ---: |', ...lines].join('\n'),
  ].join('\n\n'),
  { parser: 'markdown', proseWrap: 'always', printWidth: 120 },
);
console.log(text);
if (write) writeFileSync(join(packageRoot, 'README.md'), replacePart(readme(), 'bench:cluster', text));

async function measure(each: Case): Promise<{ readonly moved: number; readonly tookMs: readonly number[] }> {
  const cluster = await startCluster(planOf(each));
  try {
    const tookMs: number[] = [];
    let moved = 0;
    await cluster.waitUntilHealthy(patienceMs);
    await cluster.waitUntilServedBy(cluster.nodes, patienceMs);
    for (let round = 0; round < rounds; round += 1) {
      const node = cluster.node(round % each.nodes);
      moved = heldBy(cluster, node).length;
      tookMs.push(await moveMs(cluster, node));
      await node.enable();
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
  await node.disable();
  for (;;) {
    const addresses = cluster.addresses();
    const isMoved = ips.every((ip) => addresses[ip]?.length === 1 && !addresses[ip].includes(node.pnn));
    const tookMs = performance.now() - began;
    if (isMoved) return tookMs;
    if (tookMs > patienceMs)
      throw new Error(`The addresses of node ${node.pnn} have not moved in ${tookMs} ms`);
    await delay(pollMs);
  }
}

function heldBy(cluster: Cluster, { pnn }: ClusterNode): string[] {
  return Object.entries(cluster.addresses()).flatMap(([ip, holders]) => (holders.includes(pnn) ? [ip] : []));
}

function planOf({ nodes, addresses, scripts, plugins: ours, declared = false }: Case): NodePlan {
  return {
    nodes,
    publicAddresses: Array.from(
      { length: addresses },
      (_, index) => `10.98.${Math.floor(index / 200)}.${(index % 200) + 1}/16`,
    ),
    scripts: scripts.filter((name) => ours?.includes(name) !== true),
    ...(ours === undefined ? {} : { plugins: ours, eventd: () => 'ours' as const }),
    async prepareNode(node) {
      for (const [name, events] of declared ? Object.entries(handled) : [])
        await node.machine.write(
          `/etc/ctdb/events/legacy/${name}.options`,
          `# ctdb-hook: events ${events}\n`,
        );
    },
  };
}
