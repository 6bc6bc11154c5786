import type { ClusterNode, NodePlan } from '../../cluster/node.ts';

/** How a node runs events: by our event daemon, by links under CTDB's, or by CTDB's scripts. */
export const ways = ['daemon', 'links', 'stock'] as const;
export type Way = (typeof ways)[number];

/** The ways of both nodes of a cluster. */
export type Pair = readonly [Way, Way];

/** Clusters whose nodes are alike. */
export const alike: readonly Pair[] = ways.map((way) => [way, way]);

/** Clusters in which one node is CTDB's own: as while a cluster is changed over. */
export const mixed: readonly Pair[] = [
  ['daemon', 'stock'],
  ['links', 'stock'],
];

/** Where an address moves from and to: `daemon`, or `daemon → stock`. */
export const route = (from: Way, to: Way): string => (from === to ? from : `${from} → ${to}`);

/** What is enabled on every node. */
const scripts = ['00.ctdb', '10.interface', '50.samba', '60.nfs'];
const linked = ['10.interface', '50.samba', '60.nfs'];
const stockScripts = '/usr/share/ctdb/events/legacy';

/** What the nodes have, and run. */
export function planOf(
  pair: Pair,
): Pick<NodePlan, 'scripts' | 'plugins' | 'links' | 'eventd' | 'prepareNode'> {
  return {
    scripts,
    ...(pair.includes('daemon') ? { plugins: scripts } : {}),
    ...(pair.includes('links') ? { links: linked } : {}),
    eventd: (pnn) => (pair[pnn] === 'daemon' ? 'ours' : 'stock'),
    prepareNode: async (node) => {
      if (pair.includes('links') && pair[node.pnn] !== 'links') await unlink(node);
    },
  };
}

/** Gives a node CTDB's scripts back, beside one with links. */
async function unlink(node: ClusterNode): Promise<void> {
  for (const name of linked)
    await node.machine.run('ln', '-sfn', `${stockScripts}/${name}.script`, node.entryPath(`${name}.script`));
}
