import type { MakeNetwork } from '../make-network.ts';
import { type Kernel, openKernel } from './kernel.ts';
import { createNetlinkNetwork } from './netlink-network.ts';

/** The function that makes the `netlink` network, or why it cannot be used. */
type Opened = MakeNetwork | string;

/**
 * Opens the `netlink` network. The result is kept if it is final: the kernel permits it or refuses it. After any other
 * fault, such as no memory or no answer in time, the next call tries again.
 */
export class NetlinkOpener {
  readonly #openKernel: () => Promise<Kernel>;
  #opened: Opened | undefined;

  constructor(open: () => Promise<Kernel>) {
    this.#openKernel = open;
  }

  /**
   * The function that makes the network, or why it cannot be used here: koffi does not load, or the kernel refuses. Never
   * rejects.
   */
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

/** Opens it for the kernel of this process's network namespace. */
export const openNetlink = (): Promise<MakeNetwork | string> => opener.open();
