import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { soon } from './deadline.ts';

/** A TCP connection of a client to a public address, while it lasts. */
export class Conversation {
  readonly ip: string;
  readonly #client: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(ip: string, client: ChildProcessByStdio<Writable, Readable, null>) {
    this.ip = ip;
    this.#client = client;
    this.#lines = createInterface(client.stdout)[Symbol.asyncIterator]();
  }

  /** Waits until a client that was just started is connected and was answered. */
  static async begin(
    ip: string,
    client: ChildProcessByStdio<Writable, Readable, null>,
  ): Promise<Conversation> {
    const conversation = new Conversation(ip, client);
    const begun = await conversation.#nextLine();
    if (begun !== 'connected') throw new Error(`The client cannot connect to ${ip}: ${begun}`);
    if (!(await conversation.answers())) throw new Error(`The server on ${ip} does not answer`);
    return conversation;
  }

  /** Whether what the client says now is answered over this connection. */
  async answers(): Promise<boolean> {
    const word = `hello ${performance.now()}`;
    this.#client.stdin.write(`${word}\n`);
    return (await this.#nextLine()) === word;
  }

  /** How the connection is lost while the client says nothing: ECONNRESET for a reset. Or that it is not lost. */
  async ending(): Promise<string> {
    const line = await this.#nextLine().catch(() => 'not lost');
    return line.replace(/^lost: /, '');
  }

  async #nextLine(): Promise<string> {
    const line = await soon(`news of the connection to ${this.ip}`, this.#lines.next());
    return line.done === true ? 'the client has ended' : line.value;
  }
}
