import type { EventName } from '../../events/events.ts';
import { type AnyPlugin, checkDefinition } from '../../plugin-loading/check-definition.ts';
import { interfacePlugin } from '../../run/act-without-host.ts';
import type { RaiseResult } from '../node/raise-result.ts';
import { TestNode, type TestNodeSetting } from '../node/test-node.ts';
import { ContractBroken } from './contract-broken.ts';
import { loadAnew } from './load-anew.ts';

/** What a contract test is told of the plugin's world. */
export interface ContractSetting {
  /** The name of the plugin, such as `70.web`. */
  readonly name: string;
  /** Makes a new node one on which all is well: services, programs, files. It is called for each node. A promise is awaited. */
  readonly prepare?: (node: TestNode) => unknown;
  /** The plugin's file, to load it anew for another process; by default `NN.name.ts` beside the test. */
  readonly file?: string;
  /** The variables of script.options. */
  readonly options?: Readonly<Record<string, string>>;
  /** The release of CTDB whose scripts the plugin takes the place of; the newest by default. */
  readonly release?: string;
}

/** An event of the life of a node. */
export type Step = readonly [event: EventName, ...argv: string[]];

/** The two addresses that move. */
export const movedIps = ['10.0.0.1', '10.0.0.2'] as const;

/** The life of a node: start, a takeover that brings two addresses, one that moves an address and one that takes one away, the end. */
export const life: readonly Step[] = [
  ['init'],
  ['setup'],
  ['startrecovery'],
  ['recovered'],
  ['startup'],
  ['monitor'],
  ['startipreallocate'],
  ['takeip', 'eth0', movedIps[0], '24'],
  ['takeip', 'eth0', movedIps[1], '24'],
  ['ipreallocated'],
  ['monitor'],
  ['updateip', 'eth0', 'eth1', movedIps[1], '24'],
  ['ipreallocated'],
  ['releaseip', 'eth0', movedIps[0], '24'],
  ['ipreallocated'],
  ['monitor'],
  ['shutdown'],
];

/** Most calls of an event that are made to fail, hang or kill, one after another. */
const callsMax = 100;

/** The plugin that a contract test is about, and the nodes that it is tried on. */
export class Subject {
  readonly name: string;
  readonly plugin: AnyPlugin;
  readonly #definition: object;
  readonly #setting: ContractSetting;
  #handled = 0;

  constructor(definition: object, setting: ContractSetting) {
    const checked = checkDefinition(definition);
    if ('what' in checked) throw new Error(`${setting.name}: ${checked.what}`);
    this.plugin = checked;
    this.name = setting.name;
    this.#definition = definition;
    this.#setting = setting;
  }

  /** Whether the plugin handles an event. */
  handles(event: EventName): boolean {
    return this.plugin.handlers.has(event);
  }

  /** The steps of the life at which the plugin has something to do, by their places. */
  get handledSteps(): readonly number[] {
    return life.flatMap(([event], at) => (this.handles(event) ? [at] : []));
  }

  /** Whether the kit moves the addresses, and not the plugin. */
  get isMovedForIt(): boolean {
    return this.name !== interfacePlugin;
  }

  /** The plugin as another process has it, with nothing in its variables. */
  async loadAnew(): Promise<object> {
    const { file } = this.#setting;
    if (file === undefined)
      throw new ContractBroken(
        `there is no ${this.name}.ts beside the test, so ${this.name} cannot be loaded for another process: say where it is, by ` +
          "`file: fileURLToPath(import.meta.resolve('../70.web.ts'))`",
      );
    return loadAnew(file);
  }

  /** How many of its events were raised. */
  get handled(): number {
    return this.#handled;
  }

  /** A new node on which all is well, before its first event. */
  async node(more: Partial<TestNodeSetting> = {}): Promise<TestNode> {
    const { options, release, prepare } = this.#setting;
    const node = new TestNode({
      name: this.name,
      plugin: this.#definition,
      publicAddresses: movedIps.map((ip) => `${ip}/24 eth0,eth1`),
      ...(options !== undefined && { options }),
      ...(release !== undefined && { release }),
      ...more,
    });
    await prepare?.(node);
    return node;
  }

  /** A new node on which everything before this step has happened, with success. */
  async nodeAt(step: number, more: Partial<TestNodeSetting> = {}): Promise<TestNode> {
    const node = await this.node(more);
    for (const before of life.slice(0, step)) await this.raiseWell(node, before);
    return node;
  }

  /** Raises an event. */
  raise(node: TestNode, [event, ...argv]: Step): Promise<RaiseResult> {
    if (this.handles(event)) this.#handled += 1;
    return node.raise(event, ...argv);
  }

  /** Raises an event that must succeed. @throws ContractBroken */
  async raiseWell(
    node: TestNode,
    step: Step,
    when = 'in the world that `prepare` makes',
  ): Promise<RaiseResult> {
    const result = await this.raise(node, step);
    if (!result.ok)
      throw new ContractBroken(
        `${step.join(' ')} ${result.ended} ${when}, expected success. It said:\n${result.output}`,
      );
    return result;
  }

  /** Does something for each call that the plugin makes at these steps, once for each event: what can go wrong there. */
  async eachCall(
    steps: readonly number[],
    work: (step: number, call: string) => Promise<void>,
  ): Promise<void> {
    const done = new Set<string>();
    for (const step of steps)
      for (const call of await this.#callsAt(step)) {
        const key = `${stepAt(step)[0]} ${call}`;
        if (!done.has(key)) await work(step, call);
        done.add(key);
      }
  }

  /** What the plugin calls of its context at a step, in words, each once. */
  async #callsAt(step: number): Promise<readonly string[]> {
    await using node = await this.nodeAt(step);
    const calls = new Set<string>();
    node.world.faults.watch((words, caller) => {
      if (caller.plugin === this.name) calls.add(words);
    });
    await this.raise(node, stepAt(step));
    return [...calls].slice(0, callsMax);
  }
}

/** A step of the life by its place. */
export function stepAt(at: number): Step {
  const step = life[at];
  if (step === undefined) throw new Error(`there is no step ${at}`);
  return step;
}

/** The first step with this event. */
export const placeOf = (event: EventName): number => life.findIndex(([name]) => name === event);
