import type { Network, ResetOutcome } from '../../core/network/network.ts';
import type { Talker } from './namespace.ts';

type Methods = {
  [K in keyof Network as Network[K] extends (...args: never[]) => unknown ? K : never]: Network[K];
};
type Value<K extends keyof Methods> =
  ReturnType<Methods[K]> extends AsyncIterable<ResetOutcome>
    ? readonly ResetOutcome[]
    : Awaited<ReturnType<Methods[K]>>;

/** A network in a process of its own, which is in another network namespace: `drive-network.ts` there. */
export class DrivenNetwork {
  readonly process: Talker;
  #said = '';
  #answers = 0;

  private constructor(process: Talker) {
    this.process = process;
  }

  static async start(process: Talker): Promise<DrivenNetwork> {
    await process.says('ready\n');
    return new DrivenNetwork(process);
  }

  /** What it said during the last call. */
  get said(): string {
    return this.#said;
  }

  /** Calls a member; what it yields comes as an array. @throws Error with what it threw. */
  async call<K extends keyof Methods>(name: K, ...args: Parameters<Methods[K]>): Promise<Value<K>> {
    return (await this.#ask(name, args)) as Value<K>;
  }

  /** Ends the burst that it was told of, whether or not what is left of it moves in another one. */
  async endBurst(isContinued = false): Promise<void> {
    await this.#ask('endBurst', [isContinued]);
  }

  /** A member that is a text. */
  async text(name: 'name' | 'why'): Promise<string | undefined> {
    return (await this.#ask(name, [])) as string | undefined;
  }

  async #ask(call: string, args: readonly unknown[]): Promise<unknown> {
    this.process.tell(`${JSON.stringify({ call, args })}\n`);
    this.#answers += 1;
    const line = await this.process.line(this.#answers);
    const { value, said, error } = JSON.parse(line) as { value?: unknown; said: string; error?: string };
    this.#said = said;
    if (error !== undefined) throw new Error(error);
    return value;
  }
}
