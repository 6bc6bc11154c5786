import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ownProgram } from '../../core/try/own-program.ts';
import { soon } from '../../core/try/deadline.ts';

/** NFS's port; CTDB resets both ends of its connections. */
const port = 2049;

/** The other end of the node's network: clients of a server on the node, in a network namespace of their own. */
export class ClientSide {
  readonly #input: Writable;
  readonly #lines: AsyncIterator<string, undefined>;

  private constructor(input: Writable, output: Readable) {
    this.#input = input;
    this.#lines = linesOf(output);
  }

  /** Makes the network, with this interface on the node, and starts a server there. */
  static async start(iface: string): Promise<ClientSide> {
    const clients = spawn('unshare', ['--net', process.execPath, program('clients.ts'), `${port}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const side = new ClientSide(clients.stdin, clients.stdout);
    await side.#says('ready');
    ip('link', 'set', 'lo', 'up');
    ip('link', 'add', iface, 'type', 'veth', 'peer', 'name', 'peer', 'netns', `${clients.pid ?? ''}`);
    ip('addr', 'add', '10.0.0.100/24', 'dev', iface);
    ip('link', 'set', iface, 'up');
    const enter = ['--target', `${clients.pid ?? ''}`, '--net', 'ip'];
    execFileSync('nsenter', [...enter, 'addr', 'add', '10.0.0.200/24', 'dev', 'peer']);
    execFileSync('nsenter', [...enter, 'link', 'set', 'peer', 'up']);
    await startServer();
    return side;
  }

  /** Connects clients to the server on an address. @throws Error if one cannot. */
  async connect(host: string, count: number): Promise<void> {
    this.#input.write(`${host} ${count}\n`);
    await this.#says('connected');
  }

  /** Waits until every client was told that its connection is gone. @throws Error if one was not. */
  allReset(): Promise<void> {
    return this.#says('reset');
  }

  /** Ends what is left of the connections, and answers how many that were. */
  async drop(): Promise<number> {
    this.#input.write('drop\n');
    return Number(/^dropped (\d+)$/.exec(await this.#next('dropped'))?.[1]);
  }

  async #says(what: string): Promise<void> {
    const said = await this.#next(what);
    if (said !== what) throw new Error(`The clients say "${said}", expected "${what}"`);
  }

  async #next(what: string): Promise<string> {
    const { value } = await soon(`"${what}" from the clients`, this.#lines.next());
    return value ?? 'nothing';
  }
}

async function startServer(): Promise<void> {
  const [file, ...args] = ownProgram('server', `${port}`);
  const server = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await soon('a server that listens', linesOf(server.stdout).next());
}

const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const linesOf = (output: Readable): AsyncIterator<string, undefined> =>
  createInterface(output)[Symbol.asyncIterator]();

const ip = (...args: readonly string[]): Buffer => execFileSync('ip', args);
