import { loadKoffi } from '../../libc/load-koffi.ts';
import { addressMessage, RTM_DELADDR } from './address-message.ts';
import { families } from './ip-bytes.ts';
import { isKernelError, KernelError } from './kernel-error.ts';
import { netlinkOverLibc, protocols, type OpenTransport } from './libc-transport.ts';
import { message } from './message.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import { SocketError } from './transport.ts';

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

  /** Whether the kernel has netfilter's own protocol. Throws SocketError if that cannot be found out now. */
  get hasNetfilter(): boolean {
    try {
      return this.netfilter instanceof NetlinkSocket;
    } catch (error) {
      if (error instanceof SocketError && error.code === 'EPROTONOSUPPORT') return false;
      throw error;
    }
  }

  /** The firewall. Throws SocketError if it cannot be opened. */
  get netfilter(): NetlinkSocket {
    return this.#socket(protocols.netfilter);
  }

  /**
   * Whether the kernel lets this process change the network: asked by deleting an address of no interface. `refuses` is its
   * word; anything else that goes wrong may be otherwise the next time.
   */
  findRefusal(): { readonly kind: 'refuses' | 'fails'; readonly why: string } | undefined {
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
      const why = error instanceof Error ? error.message : String(error);
      const isRefusal =
        (error instanceof KernelError || error instanceof SocketError) && refusals.has(error.code);
      return isRefusal ? { kind: 'refuses', why: `the kernel refuses: ${why}` } : { kind: 'fails', why };
    }
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #socket(protocol: number): NetlinkSocket {
    const known = this.#sockets.get(protocol);
    if (known !== undefined) return known;
    const socket = new NetlinkSocket(() => this.#open(protocol));
    this.#sockets.set(protocol, socket);
    return socket;
  }
}

/** What the kernel says to whoever may not, or of what it was built without, as Node names it. */
const refusals: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
  'ENOSYS',
  'ENOTSUP',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
]);

/** No interface has it: the kernel counts them up from 1. */
const noIndex = 0x7fffffff;

let opened: Promise<Kernel> | undefined;

/** The kernel of this process's network namespace, through koffi; one for the whole process. Throws if koffi does not load. */
export async function openKernel(): Promise<Kernel> {
  opened ??= Promise.resolve().then(() => new Kernel(netlinkOverLibc(loadKoffi())));
  // What does not load now may load the next time: a process may be short of memory or descriptors.
  opened.catch(() => (opened = undefined));
  return opened;
}
