import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { keepGracePeriods } from './grace-periods.ts';
import { Machine } from './machine.ts';
import { ClusterNode, type NodePlan } from './node.ts';
import { requirePrerequisites } from './prerequisites.ts';
import { releaseUnderTest } from './releases.ts';
import { Switch } from './switch.ts';

/** Between two looks at a cluster that has to change. */
const pollMs = 200;

/** How long a cluster may take for anything; each scenario takes a few seconds on an idle machine. */
const patienceMs = 45_000;

/** How much of a node's log a failure shows. */
const logTailLines = 60;

/** Where the client stands: in the network of the public addresses. */
const clientAddresses = ['10.98.0.254/24', 'fd98::fe/64'];

/**
 * Starts a cluster of Debian's ctdbd, each node on a machine of its own, and a client on the same segment.
 *
 * It returns once every ctdbd has started; `waitUntilHealthy` waits for the rest.
 *
 * @throws Error naming what the system lacks.
 */
export async function startCluster(plan: NodePlan): Promise<Cluster> {
  requirePrerequisites();
  const root = plan.hasOwnClient === true ? undefined : releaseUnderTest.root;
  const lan = await Switch.start();
  const cluster = new Cluster(plan, lan, await Machine.start('client', { beside: lan.machine, root }));
  try {
    await lan.plug(cluster.client, clientAddresses);
    for (let pnn = 0; pnn < plan.nodes; pnn++) await cluster.addNode(pnn);
    for (const node of cluster.nodes) await node.start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

/** A running cluster. A node that was killed stays in `nodes`, and is not live. */
export class Cluster {
  /** The nodes by number. */
  readonly nodes: ClusterNode[] = [];
  /** A machine on the segment of the public addresses that is no node. */
  readonly client: Machine;
  readonly #plan: NodePlan;
  readonly #lan: Switch;
  readonly #gracePeriods = keepGracePeriods();

  constructor(plan: NodePlan, lan: Switch, client: Machine) {
    this.#plan = plan;
    this.#lan = lan;
    this.client = client;
  }

  /** Lays out the next node and plugs it in. */
  async addNode(pnn: number): Promise<void> {
    const { root } = releaseUnderTest;
    const machine = await Machine.start(`node${pnn}`, { beside: this.#lan.machine, root });
    const node = new ClusterNode(pnn, machine);
    this.nodes.push(node);
    await this.#lan.plug(node.machine, [node.address]);
    await node.layOut(this.#plan);
  }

  /** The public addresses, without their prefix length. */
  get publicIps(): readonly string[] {
    return this.#plan.publicAddresses.map((address) => address.replace(/\/.*/, ''));
  }

  /** The nodes that were not killed. */
  get liveNodes(): readonly ClusterNode[] {
    return this.nodes.filter((node) => node.machine.isOn);
  }

  /** The live nodes whose ctdbd nobody has stopped. */
  get startedNodes(): readonly ClusterNode[] {
    return this.nodes.filter((node) => node.isStarted);
  }

  /** The node of this number; it is a mistake of the test if there is none. */
  node(pnn: number): ClusterNode {
    const node = this.nodes[pnn];
    if (node === undefined) throw new Error(`There is no node ${pnn}, the cluster has ${this.nodes.length}`);
    return node;
  }

  /** For each public address, the numbers of the live nodes that hold it, by what their kernels say. */
  addresses(): Readonly<Record<string, readonly number[]>> {
    const held = this.liveNodes.map((node) => ({ pnn: node.pnn, ips: node.heldAddresses() }));
    const holdersOf = (ip: string): number[] =>
      held.filter(({ ips }) => ips.includes(ip)).map(({ pnn }) => pnn);
    return Object.fromEntries(this.publicIps.map((ip) => [ip, holdersOf(ip)]));
  }

  /** The only live node that holds this public address; throws if it is not exactly one. */
  holderOf(ip: string): ClusterNode {
    const [pnn, ...others] = this.addresses()[ip] ?? [];
    if (pnn === undefined || others.length > 0) {
      throw new Error(`${ip} is on ${others.length + (pnn === undefined ? 0 : 1)} nodes, expected 1`);
    }
    return this.node(pnn);
  }

  /** One of the public addresses that this node holds; throws if it has none. */
  ipHeldBy({ pnn }: ClusterNode): string {
    const [ip] = Object.entries(this.addresses()).find(([, holders]) => holders.includes(pnn)) ?? [];
    if (ip === undefined) throw new Error(`Node ${pnn} holds no public address`);
    return ip;
  }

  /** The state of each node in CTDB's words, such as OK or DISABLED|UNHEALTHY, by the word of a started node. */
  async states(): Promise<readonly string[]> {
    const witness = this.startedNodes[0];
    if (witness === undefined) return [];
    const lines = (await witness.ctdb('status')).matchAll(/^pnn:\d+ \S+ +(\S+)/gm);
    return [...lines].map(([, state]) => state ?? '');
  }

  /** Waits until every started node is OK. */
  async waitUntilHealthy(patience = patienceMs): Promise<void> {
    await this.waitUntil(
      'every started node is OK',
      () => this.states(),
      (states) => this.startedNodes.every(({ pnn }) => states[pnn] === 'OK'),
      patience,
    );
  }

  /**
   * Waits until each public address is on exactly one live node, which is one of these, and each of these has one.
   *
   * There must be at least as many addresses as nodes. As long as a node has none, more are about to move.
   */
  async waitUntilServedBy(nodes: readonly ClusterNode[], patience = patienceMs): Promise<void> {
    const expected = nodes.map(({ pnn }) => pnn);
    await this.waitUntil(
      `each public address is on exactly one node, on all of ${expected.join(', ')} together`,
      () => this.addresses(),
      (addresses) => {
        const holders = Object.values(addresses);
        const serving = new Set(holders.flat());
        return (
          holders.every(({ length }) => length === 1) &&
          serving.size === expected.length &&
          expected.every((pnn) => serving.has(pnn))
        );
      },
      patience,
    );
  }

  /**
   * Looks again and again until what it sees is as it should be, and returns that.
   *
   * @throws Error after `patienceMs`, with what it saw last and all that the nodes have to say.
   */
  async waitUntil<Seen>(
    description: string,
    look: () => Promise<Seen> | Seen,
    isRight: (seen: Seen) => boolean,
    patience = patienceMs,
  ): Promise<Seen> {
    const deadline = performance.now() + patience;
    for (;;) {
      const seen = await tried(look);
      if ('value' in seen && isRight(seen.value)) return seen.value;
      if (performance.now() > deadline) {
        const last = 'value' in seen ? inspect(seen.value, { depth: 5 }) : seen.error;
        throw new Error(
          `Not within ${patience} ms: ${description}. Last seen: ${last}\n${await this.#report()}`,
        );
      }
      await delay(pollMs);
    }
  }

  /** Kills a node as a power cut does: its peers see it fall silent, and its kernel answers no more. */
  async kill(node: ClusterNode): Promise<void> {
    await this.#lan.unplug(node.machine);
    await node.machine.powerOff();
  }

  /** Ends all of it at once. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.machine.powerOff()));
    await this.client.powerOff();
    await this.#lan.machine.powerOff();
    this.#gracePeriods[Symbol.dispose]();
  }

  /** What to read when something did not happen. */
  async #report(): Promise<string> {
    return (await Promise.all(this.liveNodes.map(reportOf))).join('\n');
  }
}

/** What a look at the cluster came to; a command may fail while a node starts, and that only means: not yet. */
async function tried<Seen>(look: () => Promise<Seen> | Seen): Promise<{ value: Seen } | { error: string }> {
  try {
    return { value: await look() };
  } catch (error) {
    return { error: String(error) };
  }
}

async function reportOf(node: ClusterNode): Promise<string> {
  const sections = [`==== node ${node.pnn} ====`];
  for (const args of [['status'], ['ip'], ['event', 'status', 'legacy', 'monitor']]) {
    const { code, stdout, stderr } = await node.attemptCtdb(...args);
    sections.push(`-- ctdb ${args.join(' ')} (exit ${code})`, stdout, stderr);
  }
  sections.push('-- ip -br addr', await node.machine.run('ip', '-br', 'addr'));
  sections.push('-- log', ...(await node.log()).split('\n').slice(-logTailLines));
  return sections.join('\n');
}
