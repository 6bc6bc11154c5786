import type { Cluster } from './cluster.ts';
import { scenarioDirectory, type ClusterNode } from './node.ts';

/** Where a witness writes which events its node had, with the time of day in nanoseconds. */
const recordPath = `${scenarioDirectory}/events`;

/** While there is this file on a node, its witness is not healthy. */
export const sickPath = `${scenarioDirectory}/sick`;

/** A script that writes down each event but `monitor`, and is well unless it is told otherwise. It goes before all others. */
export const witnessScript = `#!/bin/sh
if [ "$1" = monitor ]; then [ ! -e ${sickPath} ]; exit; fi
echo "$(date +%s%N) $*" >> ${recordPath}
`;

/** The name of the witness. */
export const witnessName = '01.witness.script';

/** An event that a node had. */
interface Recorded {
  readonly at: bigint;
  readonly pnn: number;
  readonly event: string;
}

/** The events that nodes had, step by step, in the form of test/fixtures/event-orders. */
export class EventRecord {
  readonly #cluster: Cluster;
  readonly #steps: { readonly name: string; readonly from: bigint }[] = [{ name: 'start', from: 0n }];
  readonly #last = new Map<ClusterNode, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** What is done next is this step. */
  begin(name: string): void {
    this.#steps.push({ name, from: BigInt(Date.now()) * 1_000_000n });
  }

  /** Everything so far: a line `== STEP` for each step, and under it `PNN EVENT ARGS` in the order of time. */
  async text(): Promise<string> {
    const recorded = (await this.#recorded()).sort((a, b) => Number(a.at - b.at));
    const lines = this.#steps.flatMap(({ name, from }, index) => {
      const until = this.#steps[index + 1]?.from;
      const events = recorded.filter(({ at }) => at >= from && (until === undefined || at < until));
      return [`== ${name}`, ...events.map(({ pnn, event }) => `${pnn} ${event}`)];
    });
    return `${lines.join('\n')}\n`;
  }

  /** A node that is switched off keeps what it had last. */
  async #recorded(): Promise<Recorded[]> {
    const recorded: Recorded[] = [];
    for (const node of this.#cluster.nodes) {
      const text = node.machine.isOn ? await readRecord(node) : (this.#last.get(node) ?? '');
      this.#last.set(node, text);
      for (const line of text.split('\n').filter((each) => each !== '')) {
        const [at = '', ...event] = line.split(' ');
        recorded.push({ at: BigInt(at), pnn: node.pnn, event: event.join(' ') });
      }
    }
    return recorded;
  }
}

const readRecord = async (node: ClusterNode): Promise<string> =>
  (await node.machine.attempt('cat', recordPath)).stdout;
