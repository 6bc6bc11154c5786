import type { MakeNetwork } from '../make-network.ts';
import { type Kernel, openKernel } from './kernel.ts';
import { createNetlinkNetwork } from './netlink-network.ts';

/** What makes the `netlink` network, or why there is none. */
type Opened = MakeNetwork | string;

/**
 * Opens the `netlink` network. What came of it is kept where it will not be otherwise: the kernel lets us, or refuses. Anything
 * else that goes wrong, such as no memory or no answer in time, is tried again when it is asked for again.
 */
export class NetlinkOpener {
  readonly #openKernel: () => Promise<Kernel>;
  #opened: Opened | undefined;

  constructor(open: () => Promise<Kernel>) {
    this.#openKernel = open;
  }

  /** What makes the network, or why there is none here: koffi does not load, or the kernel refuses. Never rejects. */
  async open(): Promise<Opened> {
    if (this.#opened !== undefined) return this.#opened;
    try {
      return this.#ask(await this.#openKernel());
    } catch (error) {
      return `koffi does not load: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #ask(kernel: Kernel): Opened {
    const refusal = kernel.findRefusal();
    if (refusal?.kind === 'fails') return refusal.why;
    this.#opened =
      refusal?.why ??
      ((runner, findTcpReset, burst) => createNetlinkNetwork(kernel, runner, findTcpReset, burst));
    return this.#opened;
  }
}

const opener = new NetlinkOpener(openKernel);

/** The same for the kernel of this process's network namespace. */
export const openNetlink = (): Promise<MakeNetwork | string> => opener.open();
