import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { openKernel } from '../network/netlink/kernel.ts';
import { Conversation } from './conversation.ts';
import { addCable, setUp } from './interfaces.ts';
import { LineQueue } from './line-queue.ts';
import { ownProgram } from './own-program.ts';
import type { PublicAddress } from './public-address.ts';

/** How the client's computer is connected to the node. */
export interface Cabling {
  /** The interfaces of the node, each of which gets a cable. */
  readonly ifaces: readonly string[];
  /** The client's own addresses. */
  readonly addresses: readonly PublicAddress[];
}

/** A second computer, as far as the network is concerned: a network namespace, and the process that holds it. */
export class ClientMachine {
  readonly #input: Writable;
  readonly #queues: Map<string, LineQueue>;
  #clients = 0;

  private constructor(input: Writable, queues: Map<string, LineQueue>) {
    this.#input = input;
    this.#queues = queues;
  }

  /** Starts it, and cables each interface of the node to a switch of its. @throws Error if it cannot. */
  static async start({ ifaces, addresses }: Cabling): Promise<ClientMachine> {
    const args = [ifaces.join(), ...addresses.map(({ ip, maskBits }) => `${ip}/${maskBits}`)];
    const holder = spawn('unshare', ['--net', ...ownProgram('client', ...args)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const own = new LineQueue();
    const queues = new Map([['0', own]]);
    createInterface(holder.stdout).on('line', (line) => {
      const [, id = '', news = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
      queues.get(id)?.add(news);
    });
    holder.once('exit', () => {
      for (const queue of queues.values()) queue.add('the client has ended');
    });
    await own.next('a second network namespace');
    const kernel = await openKernel();
    setUp(kernel, 'lo');
    for (const iface of ifaces) addCable(kernel, iface, `to-${iface}`, holder.pid ?? 0);
    holder.stdin.write('cables\n');
    const said = await own.next('the cables');
    if (said !== 'connected') throw new Error('The switch of the second network namespace ended early');
    return new ClientMachine(holder.stdin, queues);
  }

  /** Connects to a server on a public address. @throws Error if it cannot, or the server does not answer. */
  async connect(ip: string, port: number): Promise<Conversation> {
    this.#clients += 1;
    const id = `${this.#clients}`;
    const news = new LineQueue();
    this.#queues.set(id, news);
    this.#input.write(`connect ${id} ${ip} ${port}\n`);
    return Conversation.begin(ip, news, (words) => {
      this.#input.write(`say ${id} ${words}\n`);
    });
  }
}
