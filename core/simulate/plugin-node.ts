import type { Release } from '../ctdb-installation/release.ts';
import type { AddressChanges } from '../events/changes.ts';
import { isEventName, type EventName } from '../events/events.ts';
import type { AnyHandler, AnyPlugin } from '../plugin-loading/check-definition.ts';
import type { Context } from '../plugin-api/context.ts';
import { Failure } from '../plugin-api/failure.ts';
import type { RaisedEvent } from '../run/outcome.ts';
import type { PluginResult, RaiseResult } from '../testing/node/raise-result.ts';
import { TestNode, type Raising } from '../testing/node/test-node.ts';
import type { VirtualClock } from '../testing/world/virtual-clock.ts';
import { World } from '../testing/world/world.ts';
import type { EventRun } from './event-run.ts';
import type { ClusterAddress, ClusterView, EventAnswer, SimulatedNode } from './model/simulated-node.ts';
import type { FaultHow, Step } from './step.ts';

/** A plugin that is simulated. */
export interface SimulatedPlugin {
  readonly name: string;
  readonly handled: readonly EventName[];
  /** Loads it as a process that begins does: with modules of its own, which share nothing with those that were loaded before. */
  readonly load: () => Promise<AnyPlugin>;
}

/** What a node of a simulation is made from. */
export interface PluginNodeSetting {
  readonly pnn: number;
  readonly release: Release;
  readonly clock: VirtualClock;
  readonly plugins: readonly SimulatedPlugin[];
  readonly addresses: readonly ClusterAddress[];
  /** Says what there is in the world of a node when it is switched on. */
  readonly prepare: (node: TestNode) => void | Promise<void>;
  readonly onEvent: (run: EventRun) => void;
  /** Gets what plugins ask for that nobody has said anything about. */
  readonly onRefused: (error: unknown) => void;
}

type ArmedFault = Extract<Step, { readonly do: 'fault' }>;

/** So long a command or service takes, in milliseconds: work that nobody awaits is not over by chance. */
const commandMs = 10;

/** So late a handler begins that is late, in milliseconds. */
const lateMs = 20_000;

/** A file that nobody has; to ask for it is how a process is killed. */
const killingFile = '/nonexistent/ctdb-hook-simulate';

/** A node of a simulation: the real run of events, plugins, options and ledger, in the fake world of `ctdb-hook/testing`. */
export class PluginNode implements SimulatedNode {
  readonly #setting: PluginNodeSetting;
  readonly #instances = new Map<string, AnyPlugin>();
  readonly #hosts = new Map<string, number>();
  readonly #fired = new Map<string, FaultHow>();
  readonly #told = new Map<string, AddressChanges>();
  /** Settles when what has ended is gone, and what has begun is there. */
  #settled: Promise<unknown> = Promise.resolve();
  #armed: ArmedFault[] = [];
  #node: TestNode;
  #raising: Raising | undefined;
  /** How many times its ctdbd has ended. */
  #lives = 0;

  private constructor(setting: PluginNodeSetting, instances: ReadonlyMap<string, AnyPlugin>) {
    this.#setting = setting;
    for (const [name, plugin] of instances) this.#instances.set(name, plugin);
    this.#node = this.#switchOn();
  }

  /** A node that is switched on. */
  static async create(setting: PluginNodeSetting): Promise<PluginNode> {
    return new PluginNode(setting, await loadAll(setting.plugins));
  }

  /** What is fake about it, and what plugins have kept. */
  get node(): TestNode {
    return this.#node;
  }

  /** The public addresses that it has. */
  get held(): readonly string[] {
    return this.#node.addresses.map((address) => address.replace(/\/.*/, ''));
  }

  has(ip: string): boolean {
    return this.#node.kernel.find(ip).length > 0;
  }

  /** Has a handler go wrong, the next time that it is called. */
  arm(fault: ArmedFault): void {
    this.#armed.push(fault);
  }

  /** Forgets what has not gone wrong so far. */
  disarm(): void {
    this.#armed = [];
  }

  show({ allocation }: ClusterView): void {
    this.#hosts.clear();
    for (const [ip, pnn] of allocation) this.#hosts.set(ip, pnn);
  }

  async raise(event: RaisedEvent, deadlineMs: number, signal: AbortSignal): Promise<EventAnswer> {
    const life = this.#lives;
    await this.#settled;
    const { clock, onEvent, onRefused, pnn } = this.#setting;
    const { name, argv } = event;
    if (!isEventName(name)) throw new Error(`the model raises ${name}, which is no event`);
    if (life !== this.#lives) return 'cancelled';
    const node = this.#node;
    const beganMs = clock.elapsedMs;
    this.#fired.clear();
    this.#told.clear();
    const raising = node.startWithin(deadlineMs - beganMs, name, ...argv);
    this.#raising = raising;
    signal.addEventListener('abort', raising.cancel);
    try {
      const result = await raising.done;
      if (life !== this.#lives) return 'cancelled'; // Nobody is there any more to learn of it.
      const answer = answerOf(result, event, this);
      onEvent({
        pnn,
        event,
        answer,
        tookMs: clock.elapsedMs - beganMs,
        plugins: result.plugins.map(pluginRunOf),
        told: new Map(this.#told),
        faults: new Map(this.#fired),
        held: this.held,
      });
      if (result.ended === 'killed' || result.ended === 'timed out') await this.#loadAnew();
      return answer;
    } catch (error) {
      onRefused(error);
      return 'failed';
    } finally {
      signal.removeEventListener('abort', raising.cancel);
      this.#raising = undefined;
    }
  }

  powerOff(): void {
    this.#lives += 1;
    this.#settle(this.#node[Symbol.asyncDispose](), this.#loadAnew());
    this.#node = this.#switchOn();
  }

  ctdbdEnded(): void {
    this.#lives += 1;
    this.#raising?.cancel();
    this.#settle(this.#node.restart(), this.#raising?.done, this.#loadAnew());
  }

  /** Closes it. */
  async close(): Promise<void> {
    await this.#settled;
    await this.#node[Symbol.asyncDispose]();
  }

  #settle(...works: readonly (Promise<unknown> | undefined)[]): void {
    this.#settled = Promise.allSettled([this.#settled, ...works]);
  }

  /** A machine with nothing on it but what its disk has. */
  #switchOn(): TestNode {
    const { pnn, release, clock, plugins, addresses } = this.#setting;
    const node = new TestNode({
      world: new World({
        clock,
        pnn,
        hosts: this.#hosts,
        links: [...new Set(addresses.map(({ iface }) => iface))],
      }),
      release: release.text,
      publicAddresses: addresses.map(({ ip, maskBits, iface }) => `${ip}/${maskBits} ${iface}`),
      plugins: Object.fromEntries(plugins.map((plugin) => [plugin.name, this.#definitionOf(plugin)])),
    });
    node.ctdb.hasOtherNodes = true;
    takeTime(node);
    this.#settle(clock.whileBusy(this.#prepare(node)));
    return node;
  }

  async #prepare(node: TestNode): Promise<void> {
    try {
      await this.#setting.prepare(node);
    } catch (error) {
      this.#setting.onRefused(error);
    }
  }

  /** A plugin whose handlers are those of the process that there is, and go wrong where they are to. */
  #definitionOf({ name, handled }: SimulatedPlugin): object {
    const { handlers: _handlers, ...declarations } = this.#instance(name);
    const handler =
      (event: EventName): AnyHandler =>
      (given, context) =>
        this.#handle(name, event, given, context);
    return { ...declarations, ...Object.fromEntries(handled.map((event) => [event, handler(event)])) };
  }

  async #handle(name: string, event: EventName, given: object, context: object): Promise<unknown> {
    const handle = (): unknown => this.#instance(name).handlers.get(event)?.(given, context);
    const { changes } = given as { readonly changes?: AddressChanges };
    if (changes !== undefined) this.#told.set(name, changes);
    const at = this.#armed.findIndex((fault) => fault.plugin === name && fault.event === event);
    const [fault] = at === -1 ? [] : this.#armed.splice(at, 1);
    if (fault === undefined) return handle();
    this.#fired.set(name, fault.how);
    return this.#goWrong(fault.how, handle, context as Pick<Context, 'files'>);
  }

  async #goWrong(how: FaultHow, handle: () => unknown, context: Pick<Context, 'files'>): Promise<unknown> {
    const { clock } = this.#setting;
    switch (how.kind) {
      case 'throws':
        throw new Failure('the scenario has it throw');
      case 'throws-late':
        await handle();
        throw new Failure('the scenario has it throw when it is done');
      case 'hangs':
        return clock.hang(new AbortController().signal);
      case 'late':
        await clock.sleep(lateMs);
        return handle();
      case 'killed':
        return this.#die(context);
      case 'killed-late':
        await handle();
        return this.#die(context);
      case 'fails':
      case 'stalls':
        return this.#inFaultyWorld(how, handle);
    }
  }

  async #inFaultyWorld(how: Extract<FaultHow, { what: string }>, handle: () => unknown): Promise<unknown> {
    const node = this.#node;
    if (how.kind === 'fails') node.fail(how.what);
    else node.hang(how.what);
    try {
      return await handle();
    } finally {
      node.world.faults.clear();
      takeTime(node);
    }
  }

  /** Ends the process that the plugins run in. Nothing of it goes on. */
  async #die({ files }: Pick<Context, 'files'>): Promise<never> {
    this.#node.kill(`file read ${killingFile}`);
    await files.read(killingFile);
    throw new Error('a process that was killed goes on');
  }

  #instance(name: string): AnyPlugin {
    const instance = this.#instances.get(name);
    if (instance === undefined) throw new Error(`plugin ${name} was not loaded`);
    return instance;
  }

  async #loadAnew(): Promise<void> {
    const { clock, plugins } = this.#setting;
    for (const [name, plugin] of await clock.whileBusy(loadAll(plugins))) this.#instances.set(name, plugin);
  }
}

const pluginRunOf = ({ name, status, output, left }: PluginResult): EventRun['plugins'][number] => ({
  name,
  isOk: status === 0,
  output,
  left,
});

async function loadAll(plugins: readonly SimulatedPlugin[]): Promise<ReadonlyMap<string, AnyPlugin>> {
  const loaded = new Map<string, AnyPlugin>();
  for (const { name, load } of plugins) loaded.set(name, await load());
  return loaded;
}

function takeTime(node: TestNode): void {
  for (const what of ['command', 'service']) node.delay(what, commandMs, Infinity);
}

/** What our event daemon answers. A takeip that is out of time has succeeded only if the address is there: ctdbd takes it for that. */
function answerOf({ ended }: RaiseResult, { name, argv }: RaisedEvent, node: PluginNode): EventAnswer {
  switch (ended) {
    case 'done':
      return 'ok';
    case 'timed out':
      return name === 'takeip' && !node.has(argv[1] ?? '') ? 'failed' : 'timed out';
    case 'cancelled':
      return 'cancelled';
    case 'failed':
    case 'killed':
      return 'failed';
  }
}
