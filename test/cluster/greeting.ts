import { fileURLToPath } from 'node:url';
import { startCluster, type Cluster } from './cluster.ts';
import type { ClusterNode, NodePlan } from './node.ts';
import type { Machine } from './machine.ts';
import type { Program } from './program.ts';

/** The TCP port of the greeting server. */
const greetingPort = 5000;

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

/** Starts the greeting server on every live node, for IPv4 alone if asked, and returns once all of them listen. */
export async function serveGreetings(cluster: Cluster, family?: 'IPv4'): Promise<void> {
  const at = family === undefined ? [] : ['0.0.0.0'];
  const servers = cluster.liveNodes.map(({ machine }) =>
    startIn(machine, 'greeting-server.ts', `${greetingPort}`, ...at),
  );
  await cluster.waitUntil(
    'every greeting server listens',
    () => servers.map(({ lines }) => lines),
    (output) => output.every((lines) => lines.includes('listening')),
  );
}

/** Starts a cluster whose nodes are well, serve all addresses and greet the clients of these. */
export async function startGreetingCluster(plan: NodePlan): Promise<Cluster> {
  const cluster = await startCluster(plan);
  try {
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
    await serveGreetings(cluster);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/**
 * Waits until these nodes know of the connection to a public address that another one holds.
 *
 * What 10.interface finds at monitor, and ctdbd passes on, is all that they will know if that one does not reset it.
 */
export async function waitUntilConnectionIsKnown(
  cluster: Cluster,
  ip: string,
  nodes: readonly ClusterNode[],
  port = greetingPort,
): Promise<void> {
  await cluster.waitUntil(
    'the other nodes know of the connection',
    () => Promise.all(nodes.map((node) => node.ctdb('gettickles', ip))),
    (tickles) => tickles.every((text) => text.includes(`DST: ${ip}:${port}`)),
  );
}

/** A client on a public address: what became of its connections, in order. */
export class GreetingClient implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #program: Program;

  /** Connects the cluster's client machine to a public address, and again each time the connection is lost. */
  constructor(cluster: Cluster, ip: string) {
    this.#cluster = cluster;
    this.#program = startIn(cluster.client, 'greeting-client.ts', ip, `${greetingPort}`);
  }

  /** What it has said so far: `greeted by NODE`, `lost: ECONNRESET`. */
  get story(): readonly string[] {
    return this.#program.lines;
  }

  /** Waits until its last connection is one to this node. */
  async waitUntilGreetedBy(name: string): Promise<void> {
    await this.#cluster.waitUntil(
      `the client is greeted by ${name}`,
      () => this.story,
      (story) => story.at(-1) === `greeted by ${name}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.end();
  }
}

const startIn = (machine: Machine, name: string, ...args: readonly string[]): Program =>
  machine.start(process.execPath, program(name), ...args);
