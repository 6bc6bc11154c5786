import type { NodePlan } from '../../cluster/node.ts';

/** How the nodes run events: by our event daemon, by links under CTDB's, or by CTDB's scripts; or each node otherwise. */
export const ways = ['daemon', 'links', 'stock'] as const;
export type Way = (typeof ways)[number];

/** What CTDB itself has enabled. */
const scripts = ['00.ctdb', '10.interface', '50.samba', '60.nfs'];

/** What a node of a cluster has, and runs. */
export function planOf(way: Way): Pick<NodePlan, 'scripts' | 'plugins' | 'links' | 'eventd'> {
  switch (way) {
    case 'daemon':
      return { scripts, plugins: scripts, eventd: () => 'ours' };
    case 'links':
      return { scripts, links: ['10.interface', '50.samba', '60.nfs'] };
    case 'stock':
      return { scripts };
  }
}
