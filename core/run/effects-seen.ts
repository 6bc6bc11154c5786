import type { PublicAddress } from '../events/address.ts';
import { ArgumentsError, parseArguments } from '../events/arguments.ts';
import type { Network, ResetOutcome, ResetTarget } from '../network/network.ts';
import type { Effects, RaisedEvent } from './outcome.ts';

/** Most addresses of one plugin at one event that are told of one by one. ctdbd itself gets slow with so many. */
const movedMax = 4096;

/** Sees what one plugin does at one event, for the history. It neither changes nor delays that. */
export class EffectsSeen {
  readonly #moved: string[] = [];
  readonly #left = new Map<string, number>();
  #killed = 0;
  /** Address changes that the plugin was told of. */
  changesTold = 0;

  /** The same network, watched. */
  watch(network: Network): Network {
    return {
      ...network,
      addAddress: async (address) => {
        const isAdded = await network.addAddress(address);
        if (isAdded) this.#move('+', address);
        return isAdded;
      },
      deleteAddress: async (address, options) => {
        const isDeleted = await network.deleteAddress(address, options);
        if (isDeleted) this.#move('-', address);
        return isDeleted;
      },
      resetConnections: (target) => this.#watchResets(network, target),
      resetStragglers: async (target) => {
        const outcome = await network.resetStragglers(target);
        if (outcome !== undefined) this.#reset(target.ip, outcome);
        return outcome;
      },
    };
  }

  /** What was seen. Undefined if the plugin did nothing but what the event says. */
  of(event: RaisedEvent): Effects | undefined {
    const moved = this.#isAsTheEventSays(event) ? [] : this.#moved;
    const connectionsLeft = this.#left.values().reduce((sum, count) => sum + count, 0);
    if (this.#killed + connectionsLeft + this.changesTold + moved.length === 0) return undefined;
    return { connectionsKilled: this.#killed, connectionsLeft, changesTold: this.changesTold, moved };
  }

  async *#watchResets(network: Network, target: ResetTarget): AsyncGenerator<ResetOutcome> {
    for await (const outcome of network.resetConnections(target)) {
      this.#reset(target.ip, outcome);
      yield outcome;
    }
  }

  #move(how: '+' | '-', address: PublicAddress): void {
    if (this.#moved.length < movedMax) this.#moved.push(wordFor(how, address));
  }

  /** Several tries may be made. Each says what it has killed, and the last one what is left. */
  #reset(ip: string, outcome: ResetOutcome): void {
    if (outcome.kind === 'failed') return;
    this.#killed += outcome.killed;
    this.#left.set(ip, outcome.remaining.length);
  }

  /** Nearly always so: a takeip has put its address on, a releaseip has taken it off. */
  #isAsTheEventSays({ name, argv }: RaisedEvent): boolean {
    const [only, ...others] = this.#moved;
    if (only === undefined || others.length > 0 || (name !== 'takeip' && name !== 'releaseip')) return false;
    try {
      return only === wordFor(name === 'takeip' ? '+' : '-', parseArguments(name, argv));
    } catch (error) {
      if (error instanceof ArgumentsError) return false;
      throw error;
    }
  }
}

const wordFor = (how: '+' | '-', { iface, ip, maskBits }: PublicAddress): string =>
  `${how}${ip}/${maskBits} ${iface}`;
