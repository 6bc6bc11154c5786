import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';

/** Counts the resets that come to the client's machine, by the node that sends them. */
export class Resets implements AsyncDisposable {
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  static async count(cluster: Cluster): Promise<Resets> {
    const counters = await Promise.all(
      cluster.nodes.map(async ({ machine, pnn }) => {
        const mac = /..(?::..){5}/.exec(await machine.run('ip', '-br', 'link', 'show', 'eth0'))?.[0];
        return `tcp flags & rst == rst ether saddr ${mac} counter comment "node ${pnn}"`;
      }),
    );
    const chain = ['type filter hook input priority 0', ...counters].join('; ');
    await cluster.client.run('nft', `add table inet resets { chain input { ${chain}; }; }`);
    return new Resets(cluster);
  }

  /** The nodes that have sent any. */
  async senders(): Promise<readonly ClusterNode[]> {
    const text = await this.#cluster.client.run('nft', 'list table inet resets');
    return this.#cluster.nodes.filter(({ pnn }) =>
      text.split('\n').some((line) => line.includes(`"node ${pnn}"`) && !line.includes('packets 0 ')),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.client.run('nft', 'delete table inet resets');
  }
}
