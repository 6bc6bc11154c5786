import type { RaisedEvent } from '../../run/outcome.ts';
import { EventQueue } from './event-queue.ts';
import type { ModelObserver } from './model-observer.ts';
import type { ClusterAddress, EventAnswer, SimulatedNode, SimulationClock } from './simulated-node.ts';

/** How far the start of a ctdbd has come; `ctdb runstate` has the same words for most of it. */
export type RunState = 'off' | 'init' | 'first recovery' | 'startup' | 'running' | 'shutdown';

/** Why a node holds no addresses, or only where no other node can: `ctdb status` shows them. */
export interface NodeFlags {
  unhealthy: boolean;
  disabled: boolean;
  stopped: boolean;
  banned: boolean;
}

const flagsAtStart: Readonly<NodeFlags> = {
  unhealthy: true, // Until its first monitor says otherwise.
  disabled: false,
  stopped: false,
  banned: false,
};

/** What a node's controls need to know beside the node. */
export interface NodeSetting {
  readonly clock: SimulationClock;
  readonly observer: ModelObserver;
  readonly addresses: ReadonlyMap<string, ClusterAddress>;
}

/** One node, as its ctdbd and the others see it. */
export class CtdbNode {
  readonly pnn: number;
  readonly machine: SimulatedNode;
  runState: RunState = 'off';
  flags: NodeFlags = { ...flagsAtStart };
  /** Whether its databases are frozen: of `takeip` and `monitor` there is none then. */
  isInRecovery = true;
  /** Whether the others think that it is there. A node whose power is off is missed later. */
  isConnected = false;
  /** When it joined: the node that has been there longest leads. */
  joinedMs = 0;
  /** Banning credits, and when it got the last of them. */
  credits = 0;
  blamedMs = 0;
  /** The addresses that its ctdbd believes to have. */
  readonly assigned = new Set<string>();
  readonly #setting: NodeSetting;
  readonly #inFlight = new Set<string>();
  #life = new AbortController();
  #queue: EventQueue | undefined;

  constructor(pnn: number, machine: SimulatedNode, setting: NodeSetting) {
    this.pnn = pnn;
    this.machine = machine;
    this.#setting = setting;
  }

  /** Whether it takes part in the cluster. */
  get isActive(): boolean {
    return this.isConnected && !this.flags.stopped && !this.flags.banned;
  }

  /** Whether its ctdbd runs. */
  get isAlive(): boolean {
    return this.runState !== 'off';
  }

  /** Whether none of its events runs or waits. */
  get isIdle(): boolean {
    return this.#queue?.isIdle ?? true;
  }

  /** The event that runs on it. */
  get running(): string | undefined {
    return this.#queue?.running;
  }

  /** Aborted when its ctdbd has ended. */
  get life(): AbortSignal {
    return this.#life.signal;
  }

  /** A new ctdbd, which knows nothing. */
  beginLife(): void {
    const { clock, observer } = this.#setting;
    this.#life = new AbortController();
    this.#queue = new EventQueue(this.machine, clock, {
      begun: (event) => {
        observer.eventBegun(this.pnn, event);
      },
      ended: (event, answer, tookMs) => {
        observer.eventEnded(this.pnn, event, answer, tookMs);
      },
    });
    this.runState = 'init';
    this.flags = { ...flagsAtStart };
    this.isInRecovery = true;
    this.credits = 0;
    this.assigned.clear();
    this.#inFlight.clear();
  }

  /** Its ctdbd is gone. */
  endLife(): void {
    this.runState = 'off';
    this.#life.abort();
    this.#queue?.close();
    this.#queue = undefined;
    this.assigned.clear();
  }

  /** Raises an event and waits for its answer. */
  raise(name: string, argv: readonly string[] = []): Promise<EventAnswer> {
    return this.#queue?.run({ name, argv }) ?? Promise.resolve('cancelled');
  }

  /** What ctdbd does when it is told that another node is to have an address. Answers whether that succeeded. */
  async release(ip: string): Promise<boolean> {
    if (!this.machine.has(ip)) {
      this.assigned.delete(ip);
      return true;
    }
    if (!(await this.#inTurn(ip, 'releaseip'))) return false;
    // The answer counts for nothing: ctdbd looks whether the address is gone.
    if (!this.isAlive || this.machine.has(ip)) return false;
    this.assigned.delete(ip);
    return true;
  }

  /** What ctdbd does when it is told to have an address. Answers whether that succeeded, as far as ctdbd knows. */
  async take(ip: string): Promise<boolean> {
    if (this.isInRecovery) return false;
    if (!this.machine.has(ip)) {
      const answer = await this.#inTurn(ip, 'takeip');
      if (answer !== 'ok' && answer !== 'timed out') return false;
    }
    this.assigned.add(ip);
    return this.isAlive;
  }

  /** Releases all addresses that it has, one after another, as a node does that is stopped or banned. */
  async releaseAll(): Promise<void> {
    for (const ip of this.#setting.addresses.keys()) if (this.machine.has(ip)) await this.release(ip);
  }

  /** Raises the event of an address, unless one is under way for it. */
  async #inTurn(ip: string, name: string): Promise<EventAnswer | undefined> {
    if (this.#inFlight.has(ip)) return undefined;
    this.#inFlight.add(ip);
    try {
      return await this.raise(name, this.#argumentsOf(ip));
    } finally {
      this.#inFlight.delete(ip);
    }
  }

  #argumentsOf(ip: string): RaisedEvent['argv'] {
    const address = this.#setting.addresses.get(ip);
    if (address === undefined) throw new Error(`${ip} is no public address of this cluster`);
    return [address.iface, ip, `${address.maskBits}`];
  }
}
