import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { clientAddresses, ifaces, port } from './addresses.ts';
import { run } from './command.ts';
import { Conversation } from './conversation.ts';
import { soon } from './deadline.ts';

/** A second computer, as far as the network is concerned: a network namespace, held by a process that sleeps. */
export class ClientMachine {
  readonly #holder: string;

  private constructor(holder: string) {
    this.#holder = holder;
  }

  /** Starts it, and cables each interface of the node to a switch of its. */
  static async start(): Promise<ClientMachine> {
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready && exec sleep infinity'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(holder.stdout)[Symbol.asyncIterator]();
    await soon('a second network namespace', lines.next());
    const machine = new ClientMachine(`${holder.pid}`);
    await machine.#connect();
    return machine;
  }

  /** Connects to the server on a public address. */
  async connect(ip: string): Promise<Conversation> {
    const program = fileURLToPath(new URL('client.ts', import.meta.url));
    const [file, ...args] = this.#command(process.execPath, program, ip, `${port}`);
    const client: ChildProcessByStdio<Writable, Readable, null> = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return Conversation.begin(ip, client);
  }

  async #connect(): Promise<void> {
    const nodeSide = ifaces.flatMap((iface) => [
      `link add ${iface} type veth peer name to-${iface} netns ${this.#holder}`,
      `link set ${iface} up`,
    ]);
    await ipBatch(['ip'], ['link set lo up', ...nodeSide]);
    await ipBatch(this.#command('ip'), [
      'link add lan type bridge',
      ...ifaces.flatMap((iface) => [`link set to-${iface} master lan`, `link set to-${iface} up`]),
      'link set lan up',
      ...clientAddresses.map(({ ip, maskBits }) => {
        return `addr add ${ip}/${maskBits} dev lan${ip.includes(':') ? ' nodad' : ''}`;
      }),
    ]);
  }

  #command(...command: readonly [string, ...string[]]): readonly [string, ...string[]] {
    return ['nsenter', `--net=/proc/${this.#holder}/ns/net`, '--', ...command];
  }
}

async function ipBatch(ip: readonly [string, ...string[]], lines: readonly string[]): Promise<void> {
  await run([...ip, '-batch', '-'], { input: lines.map((line) => `${line}\n`).join('') });
}
