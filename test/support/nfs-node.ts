import { ServiceNode } from './service-node.ts';

/** A node whose NFS works: a callout that wants every operation, and no check files yet. */
export function nfsNode(): ServiceNode {
  const node = new ServiceNode('60.nfs');
  node.plantStub('base/nfs-linux-kernel-callout', 'nfs-callout');
  return node;
}
