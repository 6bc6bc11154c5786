import type { ClientMachine } from './client-machine.ts';
import type { Conversation } from './conversation.ts';
import { note } from './show-run.ts';

/** How long a client may take to be told that its address has gone, in milliseconds. */
const toldWithinMs = 500;

/** A client on each public address that the node has, and what happens to its connection. */
export class ClientWatch {
  readonly #machine: ClientMachine;
  readonly #port: number;
  readonly #conversations = new Map<string, Conversation>();

  constructor(machine: ClientMachine, port: number) {
    this.#machine = machine;
    this.#port = port;
  }

  /**
   * Looks after an event what has become of all connections, shows what is news, and has a client connect to an address that came.
   *
   * @param addresses what the kernel has, as `eth1 192.0.2.11/24`
   * @returns what should not be, in sentences
   */
  async look(
    [event, , ip = '']: readonly string[],
    addresses: readonly string[],
  ): Promise<readonly string[]> {
    const there = new Set(addresses.map((each) => each.split(' ')[1]?.split('/')[0]));
    const failures: string[] = [];
    for (const conversation of this.#conversations.values()) {
      if (there.has(conversation.ip)) failures.push(...(await this.#askFor(event, conversation)));
      else await this.#showEnd(conversation);
    }
    if (event === 'takeip' && there.has(ip) && !this.#conversations.has(ip))
      failures.push(...(await this.#connect(ip)));
    return failures;
  }

  async #askFor(event: string | undefined, conversation: Conversation): Promise<readonly string[]> {
    const { ip } = conversation;
    const lost = await conversation.ask().catch((error: unknown) => (error as Error).message);
    if (lost === undefined) {
      if (event === 'updateip') this.#say(ip, 'still connected, and answered');
      return [];
    }
    this.#conversations.delete(ip);
    this.#say(ip, `lost, though the address is there: ${lost}`);
    return [`the client's connection to ${ip} was lost: ${lost}`];
  }

  async #showEnd(conversation: Conversation): Promise<void> {
    this.#conversations.delete(conversation.ip);
    const ending = await conversation.ending(toldWithinMs);
    this.#say(
      conversation.ip,
      ending === 'not lost' ? `was told nothing within ${toldWithinMs} ms` : `was told: ${ending}`,
    );
  }

  async #connect(ip: string): Promise<readonly string[]> {
    try {
      this.#conversations.set(ip, await this.#machine.connect(ip, this.#port));
      this.#say(ip, `connected to port ${this.#port}, and answered`);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  #say(ip: string, what: string): void {
    note('client', `of ${ip}: ${what}`);
  }
}
