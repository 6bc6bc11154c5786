import type { Release } from '../../ctdb-installation/release.ts';
import type { ClusterState } from './cluster-state.ts';
import { CtdbNode } from './ctdb-node.ts';
import { eventOrderOf, type EventOrder } from './event-order.ts';
import { watchHealth } from './health.ts';
import type { ModelObserver } from './model-observer.ts';
import { raiseOnAll, recover } from './recovery.ts';
import type { ClusterAddress, SimulatedNode, SimulationClock } from './simulated-node.ts';
import { hostsAmong, takeoverRun } from './takeover-run.ts';
import { timing } from './timing.ts';

/** What a cluster is made of. */
export interface ClusterPlan {
  readonly release: Release;
  readonly machines: readonly SimulatedNode[];
  readonly addresses: readonly ClusterAddress[];
  readonly clock: SimulationClock;
  readonly observer: ModelObserver;
  /** Gets an error of the simulator itself. */
  readonly onFault: (error: unknown) => void;
}

/**
 * A cluster of ctdbd, as far as its events tell: which are raised on which node, in which order, and what follows from how they end.
 * There are no networks that fall apart in it, and no databases.
 *
 * The facts are CTDB's: ctdb/server/ctdb_recoverd.c, ctdb_takeover.c, ctdb_takeover_helper.c and ctdb_monitor.c of Samba, and
 * records of real clusters (test/fixtures/event-orders).
 */
export class Cluster implements ClusterState {
  readonly clock: SimulationClock;
  readonly observer: ModelObserver;
  readonly order: EventOrder;
  readonly addresses: ReadonlyMap<string, ClusterAddress>;
  readonly nodes: readonly CtdbNode[];
  readonly #onFault: (error: unknown) => void;
  readonly #missed = new Map<CtdbNode, PromiseWithResolvers<undefined>>();
  #allocation: ReadonlyMap<string, number> = new Map();
  #leader: CtdbNode | undefined;
  #recovered = '';
  #needsRecovery = false;
  #needsTakeoverRun = false;
  #isWorking = false;

  constructor({ release, machines, addresses, clock, observer, onFault }: ClusterPlan) {
    this.clock = clock;
    this.observer = observer;
    this.order = eventOrderOf(release);
    this.addresses = new Map(addresses.map((address) => [address.ip, address]));
    const setting = { clock, observer, addresses: this.addresses };
    this.nodes = machines.map((machine, pnn) => new CtdbNode(pnn, machine, setting));
    this.#onFault = onFault;
    this.inBackground(this.#lead());
  }

  /** Whether nothing goes on and nothing is about to begin, but for the next `monitor`. */
  get isAtRest(): boolean {
    return (
      !this.#isWorking &&
      !this.#needsRecovery &&
      !this.#needsTakeoverRun &&
      this.#recovered === this.#activeNodes() &&
      this.nodes.every((node) => node.isIdle && node.isConnected === node.isAlive && isSettled(node))
    );
  }

  /** Whether each address is on exactly one node, which can have it, or there is no such node. */
  get isServed(): boolean {
    const hosts = hostsAmong(this.nodes.filter(({ isConnected }) => isConnected));
    if (hosts.length === 0) return true;
    const holders = this.holders();
    return [...this.addresses.keys()].every((ip) => hosts.some(({ pnn }) => pnn === holders.get(ip)));
  }

  readonly holders = (): ReadonlyMap<string, number> => {
    const holders = new Map<string, number>();
    for (const node of this.nodes)
      if (node.isConnected)
        for (const ip of node.assigned) if (node.machine.has(ip)) holders.set(ip, node.pnn);
    return holders;
  };

  readonly showAllocation = (allocation: ReadonlyMap<string, number>): void => {
    this.#allocation = allocation;
    for (const { pnn, machine } of this.nodes) machine.show({ pnn, allocation });
  };

  readonly untilMissed = async (node: CtdbNode): Promise<void> => {
    await this.#missed.get(node)?.promise;
  };

  /** Starts a ctdbd. Nothing happens where one runs. */
  start(node: CtdbNode): void {
    if (node.isAlive || node.isConnected) return;
    node.beginLife();
    node.machine.show({ pnn: node.pnn, allocation: this.#allocation });
    this.observer.happened({ what: 'starts', pnn: node.pnn });
    this.inBackground(this.#runNode(node));
  }

  /** Ends a ctdbd as `ctdb shutdown` does. */
  async shutDown(node: CtdbNode): Promise<void> {
    if (!node.isConnected || !node.isAlive) return;
    if (this.order.movesBeforeShutdown && node.isActive && node.runState === 'running') {
      node.runState = 'shutdown';
      this.#needsTakeoverRun = true;
      await this.#untilGivenAway(node);
    }
    node.runState = 'shutdown';
    if (this.order.releasesBeforeShutdown) await node.releaseAll();
    await node.raise('shutdown');
    this.#end(node, 'exits');
  }

  /** Ends a ctdbd at once, as SIGKILL does, or the end of its event daemon. The addresses stay on its interfaces. */
  kill(node: CtdbNode): void {
    if (node.isAlive) this.#end(node, 'exits');
  }

  /** Cuts the power of a node. The others miss it after a while. */
  powerOff(node: CtdbNode): void {
    node.machine.powerOff();
    if (!node.isAlive) return;
    node.endLife();
    this.observer.happened({ what: 'is off', pnn: node.pnn });
    if (!node.isConnected) return;
    this.#missed.set(node, Promise.withResolvers());
    this.inBackground(
      this.clock.sleep(timing.silenceMs).then(() => {
        this.#miss(node);
      }),
    );
  }

  /** `ctdb disable` and `ctdb enable`. */
  setDisabled(node: CtdbNode, isDisabled: boolean): void {
    if (!node.isAlive || node.flags.disabled === isDisabled) return;
    node.flags.disabled = isDisabled;
    this.#needsTakeoverRun = true;
  }

  /** `ctdb stop`: the node gives up its addresses, and leaves the recovery to the others. */
  async stop(node: CtdbNode): Promise<void> {
    if (!node.isConnected || !node.isAlive || node.flags.stopped) return;
    node.flags.stopped = true;
    await this.#leave(node);
  }

  /** `ctdb continue`. */
  continue(node: CtdbNode): void {
    node.flags.stopped = false;
  }

  /** `ctdb ban`, and what befalls a node with too many credits. */
  async ban(node: CtdbNode, timeMs: number): Promise<void> {
    if (!node.isConnected || !node.isAlive || node.flags.banned) return;
    node.flags.banned = true;
    node.credits = 0;
    this.observer.happened({ what: 'is banned', pnn: node.pnn });
    this.inBackground(
      this.clock.sleep(timeMs, node.life).then(() => {
        node.flags.banned = false;
      }),
    );
    await this.#leave(node);
  }

  /** Ends a ban, as `ctdb unban` does. */
  unban(node: CtdbNode): void {
    node.flags.banned = false;
  }

  /** `ctdb recover`. */
  askForRecovery(): void {
    this.#needsRecovery = true;
  }

  /** `ctdb ipreallocate`. */
  askForTakeoverRun(): void {
    this.#needsTakeoverRun = true;
  }

  /** The life of a ctdbd, from its start on. */
  async #runNode(node: CtdbNode): Promise<void> {
    for (const event of ['init', 'setup']) {
      if ((await node.raise(event)) === 'ok') continue;
      if (node.isAlive) this.#end(node, 'exits');
      return;
    }
    node.runState = 'first recovery';
    node.isConnected = true;
    node.joinedMs = this.clock.nowMs;
    while ((node.runState as string) !== 'startup') await this.clock.sleep(timing.lookMs, node.life);
    await this.clock.sleep(timing.startupMs, node.life);
    while (node.isInRecovery) await this.clock.sleep(timing.lookMs, node.life);
    await node.releaseAll();
    while ((await node.raise('startup')) !== 'ok') await this.clock.sleep(timing.startupRetryMs, node.life);
    node.life.throwIfAborted();
    node.runState = 'running';
    await watchHealth(node, this.clock, this.observer, () => {
      this.#needsTakeoverRun = true;
    });
  }

  /** A node that is stopped or banned takes its addresses off by itself. */
  async #leave(node: CtdbNode): Promise<void> {
    node.isInRecovery = true;
    await node.releaseAll();
  }

  /** Up to ten seconds for other nodes to take what a node has that shuts down: `[failover] shutdown failover timeout`. */
  async #untilGivenAway(node: CtdbNode): Promise<void> {
    const deadlineMs = this.clock.nowMs + 10_000;
    while (this.clock.nowMs < deadlineMs && (this.#needsTakeoverRun || this.#isWorking))
      await this.clock.sleep(timing.lookMs / 10, node.life);
  }

  #end(node: CtdbNode, what: 'exits'): void {
    node.endLife();
    node.machine.ctdbdEnded();
    node.isConnected = false;
    this.observer.happened({ what, pnn: node.pnn });
  }

  #miss(node: CtdbNode): void {
    node.isConnected = false;
    this.observer.happened({ what: 'is missed', pnn: node.pnn });
    this.#missed.get(node)?.resolve(undefined);
    this.#missed.delete(node);
  }

  /** The recovery daemon of the leader, whichever node leads. */
  async #lead(): Promise<void> {
    for (;;) {
      await this.clock.sleep(timing.lookMs);
      this.#isWorking = true;
      await this.#look();
      this.#isWorking = false;
    }
  }

  async #look(): Promise<void> {
    if (!this.#elect()) return;
    for (const node of this.nodes)
      if (node.credits >= 2 * this.nodes.length) await this.ban(node, timing.banMs);
    const active = this.#activeNodes();
    const isFrozen = this.nodes.some((node) => node.isActive && node.isInRecovery);
    if (this.#needsRecovery || isFrozen || active !== this.#recovered) {
      this.#needsRecovery = false;
      const { isDone, haveMoved } = await recover(this, () => this.#move(false));
      this.#needsRecovery ||= !isDone;
      if (isDone) this.#recovered = active;
      this.#needsTakeoverRun ||= !haveMoved;
    } else if (this.#needsTakeoverRun) {
      this.#needsTakeoverRun = !(await this.#move(this.order.recoveryAroundMoves)) || this.#needsTakeoverRun;
    }
    if (this.#isWrong()) this.#needsTakeoverRun = true;
  }

  /** A takeover run; what is asked for meanwhile is done later. */
  async #move(isBetweenRecoveries: boolean): Promise<boolean> {
    this.#needsTakeoverRun = false;
    const nodes = this.nodes.filter(({ isActive }) => isActive);
    if (isBetweenRecoveries && !(await raiseOnAll(this, nodes, 'startrecovery'))) return false;
    const isDone = await takeoverRun(this);
    return isBetweenRecoveries ? (await raiseOnAll(this, nodes, 'recovered')) && isDone : isDone;
  }

  /** The active node that has been there longest leads, as long as it is active. Nobody leads until the others miss one that is off. */
  #elect(): boolean {
    if (this.#leader?.isActive === true) return this.#leader.isAlive;
    const [first] = this.nodes
      .filter((node) => node.isActive && node.isAlive)
      .sort((a, b) => a.joinedMs - b.joinedMs || a.pnn - b.pnn);
    this.#leader = first;
    if (first === undefined) return false;
    this.#needsRecovery = true;
    this.observer.happened({ what: 'leads', pnn: first.pnn });
    return true;
  }

  /** Whether a node finds by itself that addresses are not where they should be. */
  #isWrong(): boolean {
    const holders = this.holders();
    return this.nodes.some((node) => {
      if (!node.isActive || !node.isAlive || node.isInRecovery) return false;
      const isWell = node.runState === 'running' && !node.flags.unhealthy && !node.flags.disabled;
      return [...this.addresses.keys()].some(
        (ip) =>
          node.machine.has(ip) !== (node.assigned.has(ip) && this.#allocation.get(ip) === node.pnn) ||
          (isWell && !holders.has(ip)),
      );
    });
  }

  #activeNodes(): string {
    return this.nodes
      .filter(({ isActive }) => isActive)
      .map(({ pnn, joinedMs }) => `${pnn}@${joinedMs}`)
      .join(' ');
  }

  /** Work that ends by itself, or with the ctdbd whose it is. */
  inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) this.#onFault(error);
    });
  }
}

/** Whether the start of a ctdbd is over, if it has begun. */
const isSettled = ({ runState }: CtdbNode): boolean => runState === 'off' || runState === 'running';
