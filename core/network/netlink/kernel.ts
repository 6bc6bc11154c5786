import { loadKoffi } from '../../libc/load-koffi.ts';
import { addressMessage, RTM_DELADDR } from './address-message.ts';
import { families } from './ip-bytes.ts';
import { isKernelError } from './kernel-error.ts';
import { netlinkOverLibc, protocols, type OpenTransport } from './libc-transport.ts';
import { message } from './message.ts';
import { NetlinkSocket } from './netlink-socket.ts';

/** The kernel's netlink sockets, opened when they are first needed and kept open. */
export class Kernel {
  readonly #open: OpenTransport;
  readonly #sockets = new Map<number, NetlinkSocket>();

  constructor(open: OpenTransport) {
    this.#open = open;
  }

  /** Addresses and links. Throws SocketError if it cannot be opened. */
  get route(): NetlinkSocket {
    return this.#socket(protocols.route);
  }

  /** Connections. Throws SocketError if it cannot be opened. */
  get sockDiag(): NetlinkSocket {
    return this.#socket(protocols.sockDiag);
  }

  /** The firewall. Throws SocketError if it cannot be opened. */
  get netfilter(): NetlinkSocket {
    return this.#socket(protocols.netfilter);
  }

  /**
   * Why the kernel would not let this process change the network, or undefined if it would: asked by deleting an address
   * of no interface.
   */
  findRefusal(): string | undefined {
    const nowhere = { family: families.ipv4, prefixLength: 32, flags: 0, scope: 0, index: noIndex };
    const asked = message(RTM_DELADDR, addressMessage, {
      ...nowhere,
      attributes: { local: Buffer.alloc(4) },
    });
    try {
      this.route.change(asked);
      return undefined;
    } catch (error) {
      if (isKernelError(error, 'ENODEV', 'EADDRNOTAVAIL')) return undefined;
      return `the kernel refuses: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #socket(protocol: number): NetlinkSocket {
    const known = this.#sockets.get(protocol);
    if (known !== undefined) return known;
    const socket = new NetlinkSocket(this.#open(protocol));
    this.#sockets.set(protocol, socket);
    return socket;
  }
}

/** No interface has it: the kernel counts them up from 1. */
const noIndex = 0x7fffffff;

let opened: Promise<Kernel> | undefined;

/** The kernel of this process's network namespace, through koffi; one for the whole process. Throws if koffi does not load. */
export async function openKernel(): Promise<Kernel> {
  opened ??= loadKoffi().then((koffi) => new Kernel(netlinkOverLibc(koffi)));
  return opened;
}
