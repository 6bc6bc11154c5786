import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { openKernel } from '../../core/network/netlink/kernel.ts';
import { ifaces, port } from './addresses.ts';
import { Conversation } from './conversation.ts';
import { soon } from './deadline.ts';
import { addCable, setUp } from './interfaces.ts';

/** A second computer, as far as the network is concerned: a network namespace, and the process that holds it. */
export class ClientMachine {
  readonly #pid: number;

  private constructor(pid: number) {
    this.#pid = pid;
  }

  /** Starts it, and cables each interface of the node to a switch of its. */
  static async start(): Promise<ClientMachine> {
    const program = fileURLToPath(new URL('switch.ts', import.meta.url));
    const holder = spawn('unshare', ['--net', process.execPath, program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(holder.stdout)[Symbol.asyncIterator]();
    await soon('a second network namespace', lines.next());
    const pid = holder.pid ?? 0;
    const kernel = await openKernel();
    setUp(kernel, 'lo');
    for (const iface of ifaces) addCable(kernel, iface, `to-${iface}`, pid);
    holder.stdin.write('cables\n');
    const { value } = await soon('the cables', lines.next());
    if (value !== 'connected') throw new Error('The switch of the second network namespace ended early');
    return new ClientMachine(pid);
  }

  /** Connects to the server on a public address. */
  async connect(ip: string): Promise<Conversation> {
    const program = fileURLToPath(new URL('client.ts', import.meta.url));
    const inside = [`--net=/proc/${this.#pid}/ns/net`, '--', process.execPath, program, ip, `${port}`];
    const client: ChildProcessByStdio<Writable, Readable, null> = spawn('nsenter', inside, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return Conversation.begin(ip, client);
  }
}
