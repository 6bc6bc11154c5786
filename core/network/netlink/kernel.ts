import { loadKoffi } from '../../libc/load-koffi.ts';
import { addressMessage, RTM_DELADDR } from './address-message.ts';
import { families } from './ip-bytes.ts';
import { isKernelError, KernelError } from './kernel-error.ts';
import { netlinkOverLibc, protocols, type OpenTransport } from './libc-transport.ts';
import { message } from './message.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import { SocketError } from './transport.ts';

/** The kernel's netlink sockets. Each is opened when it is first needed, and stays open. */
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

  /** Whether the kernel has netfilter's own protocol. Throws SocketError if this cannot be found out now. */
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
   * Why the kernel does not let this process change the network; undefined if it does. To find out, it deletes an address
   * of an interface that does not exist. `refuses` is final; after `fails` the next try may succeed.
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

/** The codes, as in Node, with which the kernel answers a process that may not, or a request that it was built without. */
const refusals: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
  'ENOSYS',
  'ENOTSUP',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
]);

/** No interface has this number: the kernel counts up from 1. */
const noIndex = 0x7fffffff;

let opened: Promise<Kernel> | undefined;

/**
 * The kernel of this process's network namespace, through koffi. There is one for the whole process. Throws if koffi does
 * not load.
 */
export async function openKernel(): Promise<Kernel> {
  opened ??= Promise.resolve().then(() => new Kernel(netlinkOverLibc(loadKoffi())));
  // A failed load may succeed the next time: a process may be short of memory or descriptors.
  opened.catch(() => (opened = undefined));
  return opened;
}
