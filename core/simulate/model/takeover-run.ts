import { allocate } from './allocate.ts';
import type { ClusterState } from './cluster-state.ts';
import type { CtdbNode } from './ctdb-node.ts';
import { timing } from './timing.ts';

/** A run that failed, and how often each node kept it from success. */
class RunFailed extends Error {
  readonly credits: ReadonlyMap<CtdbNode, number>;

  constructor(credits: ReadonlyMap<CtdbNode, number>) {
    super('a node failed');
    this.credits = credits;
  }
}

/** One thing that a node is asked to do. */
interface Control {
  readonly node: CtdbNode;
  readonly done: Promise<boolean>;
}

/**
 * Moves addresses as ctdb_takeover_helper does: each stage on all nodes at once, and no stage before the one before it has
 * succeeded everywhere. Answers whether all of them did. The node that failed most often gets the blame.
 */
export async function takeoverRun(cluster: ClusterState): Promise<boolean> {
  const beginMs = cluster.clock.nowMs;
  const moved = new Set<string>();
  cluster.observer.happened({ what: 'takeover run begins' });
  const tell = (what: 'takeover run ends' | 'takeover run fails'): void => {
    cluster.observer.happened({ what, tookMs: cluster.clock.nowMs - beginMs, moves: moved.size });
  };
  try {
    await runStages(cluster, beginMs + timing.takeoverRunMs, moved);
    tell('takeover run ends');
    return true;
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error;
    tell('takeover run fails');
    blame(cluster, error.credits);
    return false;
  }
}

async function runStages(cluster: ClusterState, deadlineMs: number, moved: Set<string>): Promise<void> {
  const connected = cluster.nodes.filter(({ isConnected }) => isConnected);
  const stage = (controls: readonly Control[]): Promise<void> => all(cluster, controls, deadlineMs);
  if (cluster.order.startipreallocate)
    await stage(
      connected
        .filter(({ runState }) => runState === 'running' || runState === 'shutdown')
        .map((node) => control(cluster, node, () => succeeds(node, 'startipreallocate'))),
    );
  const hosts = hostsAmong(connected);
  if (hosts.length > 0) {
    const allocation = allocate({
      ips: [...cluster.addresses.keys()],
      hosts: hosts.map(({ pnn }) => pnn),
      now: cluster.holders(),
    });
    cluster.showAllocation(allocation);
    await stage(
      [...cluster.addresses.keys()].flatMap((ip) =>
        connected
          .filter(({ pnn }) => pnn !== allocation.get(ip))
          .map((node) => control(cluster, node, () => counted(node, ip, moved, () => node.release(ip)))),
      ),
    );
    await stage(
      hosts.flatMap((node) =>
        [...allocation]
          .filter(([, pnn]) => pnn === node.pnn)
          .map(([ip]) => control(cluster, node, () => counted(node, ip, moved, () => node.take(ip)))),
      ),
    );
  }
  await stage(connected.map((node) => control(cluster, node, () => succeeds(node, 'ipreallocated'))));
}

/** Notes an address that was moved. */
async function counted(
  node: CtdbNode,
  ip: string,
  moved: Set<string>,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const before = node.machine.has(ip);
  const isDone = await work();
  if (node.machine.has(ip) !== before) moved.add(ip);
  return isDone;
}

const succeeds = async (node: CtdbNode, event: string): Promise<boolean> =>
  (await node.raise(event)) === 'ok';

/** A node whose ctdbd is gone does not answer. It fails when the others miss it, or when the time of the run is up. */
function control(cluster: ClusterState, node: CtdbNode, work: () => Promise<boolean>): Control {
  return { node, done: node.isAlive ? work() : cluster.untilMissed(node).then(() => false) };
}

/**
 * The nodes that can have addresses, best first: those that are well. Where none is, those that are not, for
 * NoIPHostOnAllDisabled is 0 by default.
 */
export function hostsAmong(connected: readonly CtdbNode[]): readonly CtdbNode[] {
  const running = connected.filter((node) => node.isActive && node.runState === 'running');
  const well = running.filter(({ flags }) => !flags.unhealthy && !flags.disabled);
  return well.length > 0 ? well : running;
}

/** Waits for all, until the time of the run is up. @throws RunFailed */
async function all(cluster: ClusterState, controls: readonly Control[], deadlineMs: number): Promise<void> {
  const credits = new Map<CtdbNode, number>();
  const stop = new AbortController();
  const late = cluster.clock
    .sleep(Math.max(0, deadlineMs - cluster.clock.nowMs), stop.signal)
    .then(() => false)
    .catch(() => false);
  await Promise.all(
    controls.map(async ({ node, done }) => {
      if (!(await Promise.race([done, late]))) credits.set(node, (credits.get(node) ?? 0) + 1);
    }),
  );
  stop.abort();
  if (credits.size > 0) throw new RunFailed(credits);
}

/** The one node that failed most often gets as many credits as there are nodes. Twice as many ban it. */
function blame(cluster: ClusterState, credits: ReadonlyMap<CtdbNode, number>): void {
  const most = Math.max(...credits.values());
  const node = cluster.nodes.find((each) => credits.get(each) === most);
  if (node === undefined) return;
  const { nowMs } = cluster.clock;
  if (nowMs - node.blamedMs > timing.graceMs) node.credits = 0;
  node.credits += cluster.nodes.length;
  node.blamedMs = nowMs;
  cluster.observer.happened({ what: 'is blamed', pnn: node.pnn });
}
