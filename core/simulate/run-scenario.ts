import { setImmediate as turn } from 'node:timers/promises';
import type { TestNode } from '../testing/node/test-node.ts';
import { VirtualClock } from '../testing/world/virtual-clock.ts';
import { applyStep } from './apply-step.ts';
import { differences, mentionsOn } from './leftovers.ts';
import { Cluster } from './model/cluster.ts';
import type { ClusterAddress, SimulationClock } from './model/simulated-node.ts';
import { PluginNode, type SimulatedPlugin } from './plugin-node.ts';
import { ReferenceNodes } from './reference-nodes.ts';
import type { Scenario } from './scenario.ts';
import { StatesReached } from './states.ts';
import { lineOf, type Step } from './step.ts';
import { Trace, type TraceLine } from './trace.ts';
import type { Invariant, Violation } from './violation.ts';
import { ClusterWatch } from './watch-cluster.ts';

/** What scenarios are run with. */
export interface SimulationSetting {
  readonly plugins: readonly SimulatedPlugin[];
  /** Says what there is in the world of a node when it is switched on. */
  readonly prepare: (node: TestNode) => void | Promise<void>;
  /** Invariants that are not looked at. */
  readonly without: ReadonlySet<Invariant>;
}

/** How a scenario came out. */
export interface ScenarioOutcome {
  /** The first thing that must not be; undefined if everything held. */
  readonly violation?: Violation;
  /** What a plugin asked of the world that nobody has said anything about: then nobody can tell how it would go on. */
  readonly refused?: string;
  readonly states: StatesReached;
  readonly trace: readonly TraceLine[];
  /** How long it took by the clock of the simulation, in milliseconds. */
  readonly tookMs: number;
}

/** How long a cluster may take to come to rest once nothing goes wrong any more, in milliseconds: longer than a ban. */
const restMs = 900_000;

/** Between two looks at whether it has. */
const lookMs = 500;

/** Why a simulation ends before its scenario does. */
class Over extends Error {}

/**
 * Runs a scenario: first the cluster starts, then comes what the scenario has, then nothing goes wrong any more and the cluster
 * has to come to rest, and then its addresses move once more. After the first thing that must not be it is over.
 */
export async function runScenario(scenario: Scenario, setting: SimulationSetting): Promise<ScenarioOutcome> {
  const simulation = await Simulation.create(scenario, setting);
  return simulation.run();
}

/** The addresses of a simulated cluster, all of one network: `10.98.0.1/16` and so on, on eth0. */
export const addressesOf = (count: number): readonly ClusterAddress[] =>
  Array.from({ length: count }, (_, index) => ({
    ip: `10.98.${Math.floor((index + 1) / 256)}.${(index + 1) % 256}`,
    maskBits: 16,
    iface: 'eth0',
  }));

class Simulation {
  readonly #scenario: Scenario;
  readonly #setting: SimulationSetting;
  readonly #clock = new VirtualClock();
  readonly #states = new StatesReached();
  readonly #trace = new Trace();
  readonly #watch: ClusterWatch;
  readonly #over = Promise.withResolvers<never>();
  readonly #addresses: readonly ClusterAddress[];
  readonly #references: ReferenceNodes;
  #machines: readonly PluginNode[] = [];
  #cluster!: Cluster;
  #violation: Violation | undefined;
  #refused: string | undefined;

  private constructor(scenario: Scenario, setting: SimulationSetting) {
    this.#scenario = scenario;
    this.#setting = setting;
    this.#addresses = addressesOf(scenario.addresses);
    this.#over.promise.catch(() => undefined);
    this.#watch = new ClusterWatch({
      clock: this.#clock,
      states: this.#states,
      trace: this.#trace,
      without: setting.without,
      onViolation: (violation) => {
        this.#violation ??= violation;
        this.#over.reject(new Over());
      },
    });
    this.#references = new ReferenceNodes({
      ...setting,
      release: scenario.release,
      addresses: this.#addresses,
    });
  }

  static async create(scenario: Scenario, setting: SimulationSetting): Promise<Simulation> {
    const simulation = new Simulation(scenario, setting);
    await simulation.#build();
    return simulation;
  }

  async #build(): Promise<void> {
    const { release, nodes } = this.#scenario;
    this.#machines = await Promise.all(
      Array.from({ length: nodes }, (_, pnn) =>
        PluginNode.create({
          ...this.#setting,
          pnn,
          release,
          clock: this.#clock,
          addresses: this.#addresses,
          onEvent: (run) => {
            this.#watch.see(run);
          },
          onRefused: (error) => {
            this.#refuse(error);
          },
        }),
      ),
    );
    const clock = this.#clock;
    const time: SimulationClock = {
      get nowMs() {
        return clock.elapsedMs;
      },
      sleep: clock.sleep,
    };
    this.#cluster = new Cluster({
      release,
      machines: this.#machines,
      addresses: this.#addresses,
      clock: time,
      observer: this.#watch,
      onFault: (error) => {
        this.#over.reject(error instanceof Error ? error : new Error(String(error)));
      },
    });
    this.#watch.watch(this.#cluster);
  }

  async run(): Promise<ScenarioOutcome> {
    try {
      await this.#clock.drive(Promise.race([this.#all(), this.#over.promise]));
    } catch (error) {
      if (!(error instanceof Over)) throw error;
    }
    await this.#close();
    return {
      states: this.#states,
      trace: this.#trace.lines,
      tookMs: this.#clock.elapsedMs,
      ...(this.#violation !== undefined && { violation: this.#violation }),
      ...(this.#refused !== undefined && { refused: this.#refused }),
    };
  }

  async #all(): Promise<void> {
    for (const node of this.#cluster.nodes) this.#cluster.start(node);
    await this.#rest('start');
    for (const step of this.#scenario.steps) {
      if (step.do === 'wait') await this.#clock.sleep(step.seconds * 1000);
      else {
        if (step.do !== 'fault') this.#watch.isCalm = false;
        this.#noteStep(step);
        this.#trace.add({ atMs: this.#clock.elapsedMs, text: `== ${lineOf(step)}` });
        applyStep(step, this.#cluster, this.#machines);
      }
    }
    await this.#mend();
    await this.#lookBack();
    await this.#moveOnce();
    await this.#lookBack();
  }

  #noteStep(step: Step): void {
    if (!('node' in step) || (this.#machines[step.node]?.held.length ?? 0) === 0) return;
    if (step.do === 'off') this.#states.note('node lost with addresses on it');
    if (step.do === 'kill') this.#states.note('ctdbd killed with addresses on the node');
  }

  /** From now on nothing goes wrong, and everything that is out comes back. */
  async #mend(): Promise<void> {
    this.#trace.add({ atMs: this.#clock.elapsedMs, text: '== nothing goes wrong any more' });
    for (const machine of this.#machines) machine.disarm();
    for (const node of this.#cluster.nodes) {
      this.#cluster.setDisabled(node, false);
      this.#cluster.continue(node);
      this.#cluster.unban(node);
    }
    await this.#rest('mend');
    this.#watch.isClean = true;
    this.#watch.isCalm = true;
  }

  /** Moves addresses of a cluster in which everything is well. */
  async #moveOnce(): Promise<void> {
    const [node] = this.#cluster.nodes;
    if (node === undefined || this.#cluster.nodes.length < 2) return;
    this.#trace.add({ atMs: this.#clock.elapsedMs, text: '== disable 0, and enable 0' });
    this.#cluster.setDisabled(node, true);
    await this.#rest('move');
    this.#cluster.setDisabled(node, false);
    await this.#rest('move');
  }

  /** Waits until nothing is left to be done, with all nodes running and all addresses served. */
  async #rest(when: 'start' | 'mend' | 'move'): Promise<void> {
    const deadlineMs = this.#clock.elapsedMs + restMs;
    do {
      await this.#clock.sleep(lookMs);
      if (this.#clock.elapsedMs > deadlineMs) this.#neverAtRest();
      // A ctdbd that has exited is started again, as an administrator does.
      if (when === 'mend') for (const node of this.#cluster.nodes) this.#cluster.start(node);
    } while (!this.#isAtRest());
  }

  #isAtRest(): boolean {
    const { nodes, isAtRest, isServed } = this.#cluster;
    return (
      isAtRest && isServed && nodes.every(({ runState, flags }) => runState === 'running' && !flags.unhealthy)
    );
  }

  #neverAtRest(): never {
    const { nodes, addresses } = this.#cluster;
    const holders = this.#cluster.holders();
    const out = nodes.flatMap(({ pnn, runState, flags }) =>
      runState !== 'running'
        ? [`node ${pnn} is at "${runState}"`]
        : flags.unhealthy
          ? [`node ${pnn} is unhealthy`]
          : [],
    );
    const lost = [...addresses.keys()].filter((ip) => !holders.has(ip));
    const what = [...out, ...(lost.length > 0 ? [`no node has ${lost.join(', ')}`] : [])].join(', ');
    this.#watch.violate(
      'no-rest',
      `after ${restMs / 1000} s in which nothing went wrong: ${what || 'events go on'}`,
    );
    throw new Over();
  }

  /** Looks at what is left on each node of all that has happened. */
  async #lookBack(): Promise<void> {
    const names = this.#setting.plugins.map(({ name }) => name);
    const ips = this.#addresses.map(({ ip }) => ip);
    for (const { pnn } of this.#cluster.nodes) {
      const machine = this.#machines[pnn];
      if (machine === undefined) continue;
      for (const { invariant, text, plugin } of this.#watch.workOf(pnn).findMissing(machine.held))
        this.#watch.violate(invariant, text, plugin, pnn);
      const finding = this.#references.mentions(pnn, machine.held, this.#cluster.holders());
      const reference = await this.#clock.whileBusy(finding);
      for (const text of differences(mentionsOn(machine.node, names, ips), reference))
        this.#watch.violate('leftover', text, undefined, pnn);
    }
  }

  #refuse(error: unknown): void {
    this.#refused ??= error instanceof Error ? error.message : String(error);
    this.#over.reject(new Over());
  }

  async #close(): Promise<void> {
    for (const node of this.#cluster.nodes) this.#cluster.kill(node);
    await this.#clock.drive(Promise.all(this.#machines.map((machine) => machine.close())));
    await turn();
  }
}
