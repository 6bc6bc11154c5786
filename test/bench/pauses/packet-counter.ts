import type { Machine } from '../../cluster/machine.ts';

/**
 * `seen` has the connections of the client's machine, by the ports of the client and the server, as all of them are to one
 * address; `old` those whose packets are counted. A client that connects again from the same port has a new connection.
 */
const rules = `
table inet counted {
  set seen { type inet_service . inet_service; size 65535; flags dynamic; }
  set old { type inet_service . inet_service; size 65535; flags dynamic; }
  counter old_packets { }
  chain in {
    type filter hook prerouting priority raw
    iifname eth0 tcp dport . tcp sport @old counter name old_packets
  }
  chain out {
    type filter hook postrouting priority raw
    oifname eth0 tcp flags & (syn | ack) == syn delete @old { tcp sport . tcp dport }
    oifname eth0 tcp sport . tcp dport @old counter name old_packets
    oifname eth0 meta l4proto tcp add @seen { tcp sport . tcp dport }
  }
}
`;

const file = '/run/packets.nft';

/** Counts the packets of connections that were there at a time. */
export class PacketCounter {
  readonly #machine: Machine;

  private constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Begins to look at the connections of a machine. */
  static async start(machine: Machine): Promise<PacketCounter> {
    const counter = new PacketCounter(machine);
    await counter.#load(rules);
    return counter;
  }

  /** Counts the packets of all connections that there were since the last time, and answers how many these are. */
  async choose(): Promise<number> {
    const connections = connectionsIn(await this.#nft('list', 'set', 'inet', 'counted', 'seen'));
    const elements =
      connections.length === 0 ? '' : `add element inet counted old { ${connections.join(', ')} }`;
    await this.#load(`
flush set inet counted seen
flush set inet counted old
${elements}
`);
    return connections.length;
  }

  /** Counts from now on. */
  async reset(): Promise<void> {
    await this.#nft('reset', 'counter', 'inet', 'counted', 'old_packets');
  }

  /** How many there were. */
  async counted(): Promise<number> {
    return countIn(await this.#nft('list', 'counter', 'inet', 'counted', 'old_packets'));
  }

  #nft(...words: readonly string[]): Promise<string> {
    return this.#machine.run('nft', '-j', ...words);
  }

  async #load(text: string): Promise<void> {
    await this.#machine.write(file, text);
    await this.#machine.run('nft', '-f', file);
  }
}

/** The elements in what `nft -j list set` says, as nft(8) reads them. */
export function connectionsIn(json: string): readonly string[] {
  return listed(json).flatMap(({ set }) => (set?.elem ?? []).map(({ concat }) => concat.join(' . ')));
}

/** The packets in what `nft -j list counter` says. */
export function countIn(json: string): number {
  const [counter] = listed(json).flatMap(({ counter }) => (counter === undefined ? [] : [counter]));
  if (counter === undefined) throw new Error(`nft lists no counter, but ${json}`);
  return counter.packets;
}

interface Listed {
  readonly set?: { readonly elem?: readonly { readonly concat: readonly number[] }[] };
  readonly counter?: { readonly packets: number };
}

const listed = (json: string): readonly Listed[] =>
  (JSON.parse(json) as { readonly nftables: readonly Listed[] }).nftables;
