import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';

/** Between two looks, in milliseconds: ctdbd needs longer to move an address. */
const pollMs = 20;

/** Longest time without a node for an address that is not worth telling, in milliseconds: a takeover run after a failed one. */
const briefMs = 10_000;

/** Most faults that are kept; the first ones tell the story. */
const faultsMax = 20;

/**
 * Looks at the kernels and the ctdbd processes of a cluster all the while, and keeps what must never be: a public address
 * on two live nodes, a ctdbd that has ended unasked.
 */
export class Watch implements Disposable {
  readonly #cluster: Cluster;
  readonly #timer: NodeJS.Timeout;
  readonly #faults: string[] = [];
  readonly #gone = new Set<ClusterNode>();
  readonly #unservedSince = new Map<string, number>();
  readonly #shared = new Set<string>();
  readonly #gaps: string[] = [];
  #longestUnservedMs = 0;
  #looks = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#timer = setInterval(() => {
      this.#look();
    }, pollMs);
  }

  /** What must never be and was, in order; empty if all was well. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** How often it has looked. */
  get looks(): number {
    return this.#looks;
  }

  /** The longest time for which an address was on no node, in milliseconds; one that is on none now counts as well. */
  get longestUnservedMs(): number {
    const now = performance.now();
    return Math.max(
      this.#longestUnservedMs,
      ...[...this.#unservedSince.values()].map((since) => now - since),
    );
  }

  /** When an address was on no node for long, in order. No fault: its nodes may all have been out of service. */
  get gaps(): readonly string[] {
    return this.#gaps;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#looks += 1;
    const first = this.#cluster.addresses();
    for (const [ip, holders] of Object.entries(first)) {
      this.#noteServed(ip, holders.length > 0);
      this.#noteShared(ip, holders);
    }
    for (const node of this.#cluster.startedNodes) this.#noteCtdbd(node);
  }

  /** The kernels are asked one after another, so an address may have moved in between: it counts if it is still there. */
  #noteShared(ip: string, holders: readonly number[]): void {
    const still = holders.length > 1 ? (this.#cluster.addresses()[ip] ?? []) : [];
    if (still.length < 2) this.#shared.delete(ip);
    else if (!this.#shared.has(ip)) {
      this.#shared.add(ip);
      this.#fault(`${ip} is on nodes ${still.join(' and ')}`);
    }
  }

  #noteServed(ip: string, isServed: boolean): void {
    const now = performance.now();
    const since = this.#unservedSince.get(ip);
    if (!isServed) this.#unservedSince.set(ip, since ?? now);
    else if (since !== undefined) {
      this.#longestUnservedMs = Math.max(this.#longestUnservedMs, now - since);
      this.#unservedSince.delete(ip);
      if (now - since > briefMs && this.#gaps.length < faultsMax)
        this.#gaps.push(
          `${ip} was on no node for ${Math.round((now - since) / 1000)} s until ${new Date().toISOString()}`,
        );
    }
  }

  #noteCtdbd(node: ClusterNode): void {
    if (node.isCtdbdAlive()) this.#gone.delete(node);
    else if (!this.#gone.has(node)) {
      this.#gone.add(node);
      this.#fault(`ctdbd of node ${node.pnn} has ended, and nobody asked it to`);
    }
  }

  #fault(what: string): void {
    if (this.#faults.length < faultsMax) this.#faults.push(`${new Date().toISOString()} ${what}`);
  }
}
