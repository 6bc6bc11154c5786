import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
import type { NetworkName } from '../../core/network/network.ts';
import { DrivenNetwork } from './driven-network.ts';
import { hook } from './hook-node.ts';
import { ctdb } from './installed-ctdb.ts';
import { Namespace, type Talker } from './namespace.ts';
import type { Raised } from './raise-plugin.ts';
import { plant, temporaryDirectory } from './temporary-directory.ts';

const support = join(packageRoot, 'test/support');
const talkers = [process.execPath, join(support, 'talkers.ts')];

/** How a run of ctdb-hook ended: both streams, a line each. */
export interface HookRun {
  readonly status: number;
  readonly lines: readonly string[];
}

/**
 * A node with interfaces v0 and w0, and a client at their other ends, v1 and w1: two network namespaces of their own.
 *
 * The node has 10.0.0.100/24 on v0, the client 10.0.0.200/24 and fd00::200/64 on v1. All commands are real but for
 * ctdb, which is a stub.
 */
export class NetworkPair {
  readonly node: Namespace;
  readonly client: Namespace;
  readonly #environment: NodeJS.ProcessEnv;
  /** Where the stub of ctdb has what it says, and what it was told. */
  readonly #state: string;

  private constructor(node: Namespace, client: Namespace, environment: NodeJS.ProcessEnv) {
    this.node = node;
    this.client = client;
    this.#environment = environment;
    this.#state = environment['STUB_STATE'] ?? '';
  }

  /** Makes a pair whose node has these options. */
  static async make(options: Readonly<Record<string, string>> = {}): Promise<NetworkPair> {
    const node = await Namespace.make();
    const client = await Namespace.make();
    for (const letter of ['v', 'w']) {
      node.exec('ip', 'link', 'add', `${letter}0`, 'type', 'veth', 'peer', 'name', `${letter}1`);
      node.exec('ip', 'link', 'set', `${letter}1`, 'netns', String(client.pid));
      node.exec('ip', 'link', 'set', `${letter}0`, 'up');
      client.exec('ip', 'link', 'set', `${letter}1`, 'up');
    }
    node.exec('ip', 'addr', 'add', '10.0.0.100/24', 'dev', 'v0');
    client.exec('ip', 'addr', 'add', '10.0.0.200/24', 'dev', 'v1');
    client.exec('ip', 'addr', 'add', 'fd00::200/64', 'dev', 'v1', 'nodad');
    return new NetworkPair(node, client, environmentFor(options));
  }

  /** Raises an event of 10.interface on the node. */
  async raise(event: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Raised> {
    const command = [
      process.execPath,
      '--conditions=source',
      join(support, 'raise-event.ts'),
      '10.interface',
      ...event,
    ];
    const raiser = this.node.spawn(command, { ...this.#environment, ...environment });
    return { status: (await raiser.exited) === 0 ? 0 : 1, output: raiser.output };
  }

  /** Runs ctdb-hook itself on the node. */
  async hook(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<HookRun> {
    const runner = this.node.spawn([hook, ...words], { ...this.#environment, ...environment });
    return { status: await runner.exited, lines: runner.output.trimEnd().split('\n') };
  }

  /** Sets lines of what the stub of ctdb says. */
  set(name: string, ...lines: readonly string[]): void {
    plant(this.#state, { [name]: lines.map((line) => `${line}\n`).join('') });
  }

  /** The text of a file of this node, below its temporary directory: `state/addtickle`, `scripts/...`. */
  read(name: string): string | undefined {
    const path = join(this.#state, '..', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  /** Starts a network on the node whose members can be called. */
  async drive(
    name: NetworkName,
    environment: NodeJS.ProcessEnv = {},
    prefix: readonly string[] = [],
  ): Promise<DrivenNetwork> {
    const command = [...prefix, process.execPath, '--conditions=source', join(support, 'drive-network.ts')];
    const asked = { ...this.#environment, CTDB_HOOK_NETWORK: name, ...environment };
    return DrivenNetwork.start(this.node.spawn(command, asked));
  }

  /** Starts a process on the node that raises events of a plugin, with the network of `netlink`. Answers how it is told of them. */
  async drivePlugin(plugin: string): Promise<(event: readonly string[]) => Promise<Raised>> {
    const command = [process.execPath, '--conditions=source', join(support, 'drive-plugin.ts'), plugin];
    const driver = this.node.spawn(command, { ...this.#environment, CTDB_HOOK_NETWORK: 'netlink' });
    await driver.says('ready\n');
    let answers = 0;
    return async (event) => {
      driver.tell(`${JSON.stringify(event)}\n`);
      answers += 1;
      return JSON.parse(await driver.line(answers)) as Raised;
    };
  }

  /** Starts a server on the node that echoes, on all its addresses. */
  async serve(port: number): Promise<Talker> {
    const server = this.node.spawn([...talkers, 'serve', String(port)]);
    await server.says(`listening ${port}`);
    return server;
  }

  /** Starts a client that connects to the node. */
  connect(host: string, port: number): Talker {
    return this.client.spawn([...talkers, 'connect', host, String(port)]);
  }

  /** Starts a client and waits until it is connected. */
  async connected(host: string, port: number): Promise<Talker> {
    const client = this.connect(host, port);
    await client.says('client connected');
    return client;
  }

  /** Where the node has an address: `v0 10.0.0.1/24`, or nothing. */
  whereIs(ip: string): string {
    const shown = this.node.exec('ip', '-br', 'addr', 'show', 'to', ip).trim();
    return shown.replace(/@.*\s(\S+)$/, ' $1');
  }
}

function environmentFor(options: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const directory = temporaryDirectory();
  plant(directory, {
    'etc/public_addresses': '10.0.0.1/24 v0,w0\n10.0.0.2/24 v0,w0\nfd00::1/64 v0,w0\n',
    'etc/script.options': Object.entries(options)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    'state/pnn': '0\n',
  });
  return {
    PATH: process.env['PATH'],
    CTDB: join(support, 'stubs/ctdb'),
    STUB_STATE: join(directory, 'state'),
    CTDB_TEST_MODE: '1',
    CTDB_BASE: join(directory, 'etc'),
    CTDB_SCRIPT_VARDIR: join(directory, 'scripts'),
    CTDB_HELPER_BINDIR: ctdb.helperDir,
  };
}
