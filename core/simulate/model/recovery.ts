import type { ClusterState } from './cluster-state.ts';
import type { CtdbNode } from './ctdb-node.ts';

/** How a recovery ended: whether it did, and whether the addresses are where they should be. */
export interface RecoveryOutcome {
  readonly isDone: boolean;
  readonly haveMoved: boolean;
}

/**
 * Recovers the databases of all active nodes, as far as events tell, and moves addresses. After it has failed the leader begins it
 * again.
 *
 * @param move does a takeover run, and answers whether it succeeded
 */
export async function recover(cluster: ClusterState, move: () => Promise<boolean>): Promise<RecoveryOutcome> {
  const { order, observer } = cluster;
  const nodes = cluster.nodes.filter(({ isActive }) => isActive);
  observer.happened({ what: 'recovery begins' });
  for (const node of nodes) node.isInRecovery = true;
  const failed = (): RecoveryOutcome => {
    observer.happened({ what: 'recovery fails' });
    return { isDone: false, haveMoved: false };
  };
  if (!(await raiseOnAll(cluster, nodes, 'startrecovery'))) return failed();
  for (const node of nodes) if (node.isActive) node.isInRecovery = false;
  if (order.recoveredFirst && !(await raiseOnAll(cluster, nodes, 'recovered'))) return failed();
  const haveMoved = await move();
  if (order.recoveredLast && !(await raiseOnAll(cluster, nodes, 'recovered'))) return failed();
  for (const node of nodes) {
    node.credits = 0;
    if (node.isAlive && node.runState === 'first recovery') node.runState = 'startup';
  }
  observer.happened({ what: 'recovery ends' });
  return { isDone: true, haveMoved };
}

/** Raises `startrecovery` or `recovered`. Time that is up counts as success. */
export async function raiseOnAll(
  cluster: ClusterState,
  nodes: readonly CtdbNode[],
  event: 'startrecovery' | 'recovered',
): Promise<boolean> {
  const answers = await Promise.all(
    nodes.map(async (node) => {
      if (!node.isAlive) {
        await cluster.untilMissed(node);
        return 'cancelled';
      }
      return node.raise(event);
    }),
  );
  return answers.every((answer) => answer === 'ok' || answer === 'timed out');
}
