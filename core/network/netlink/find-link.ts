import { isKernelError } from './kernel-error.ts';
import {
  getLinkByIndex,
  getLinkByName,
  getLinks,
  IFF_UP,
  linkMessage,
  type LinkMessage,
} from './link-message.ts';
import type { Message } from './message.ts';
import type { NetlinkSocket } from './netlink-socket.ts';

/** An interface as the kernel has it. */
export interface KernelLink {
  readonly index: number;
  readonly name: string;
  readonly altnames: readonly string[];
  /** Whether it is set up. */
  readonly isUp: boolean;
  /** Whether it is up and its other end is connected. */
  readonly hasCarrier: boolean;
  /** The number of the interface below a virtual one, if that is in this namespace. */
  readonly over: number | undefined;
}

/** The interface with this name or altname, or this number. Undefined if there is none. */
export function findKernelLink(route: NetlinkSocket, which: string | number): KernelLink | undefined {
  const asked = typeof which === 'string' ? getLinkByName(which) : getLinkByIndex(which);
  return askLink(route, asked);
}

/**
 * The interfaces that were seen during one event. The kernel answers about an interface only under its global lock. While
 * others hold that lock, each look costs more than the rest of a `takeip`.
 */
export class SeenLinks {
  readonly #route: () => NetlinkSocket;
  readonly #isBurst: boolean;
  readonly #seen = new Map<string | number, KernelLink>();

  /** @param isBurst whether it serves a burst of events, all of which were raised before the first look. */
  constructor(route: () => NetlinkSocket, isBurst = false) {
    this.#route = route;
    this.#isBurst = isBurst;
  }

  /** Looks again, by a name, an altname or a number. In a burst it looks only once. */
  look(which: string | number): KernelLink | undefined {
    const known = this.#isBurst ? this.#seen.get(which) : undefined;
    if (known !== undefined) return known;
    const link = findKernelLink(this.#route(), which);
    if (link !== undefined) for (const key of keysOf(link)) this.#seen.set(key, link);
    return link;
  }

  /** The interface as it was seen before; else it looks. The number of an interface does not change, but its flags may. */
  seen(which: string | number): KernelLink | undefined {
    return this.#seen.get(which) ?? this.look(which);
  }

  /** Forgets an interface that was changed. */
  forget(link: KernelLink): void {
    for (const key of keysOf(link)) this.#seen.delete(key);
  }
}

const keysOf = ({ index, name, altnames }: KernelLink): readonly (string | number)[] => [
  index,
  name,
  ...altnames,
];

/** All interfaces of this node's network namespace. */
export function findKernelLinks(route: NetlinkSocket): KernelLink[] {
  return route.dump(getLinks(), takeLink);
}

/**
 * Asks for an interface. Before Linux 5.5 there are no altnames: a name that is too long is an invalid attribute there, and
 * no interface can have it.
 */
function askLink(route: NetlinkSocket, asked: Message): KernelLink | undefined {
  try {
    return route.ask(asked, takeLink);
  } catch (error) {
    if (isKernelError(error, 'ENODEV', 'EINVAL', 'ERANGE')) return undefined;
    throw error;
  }
}

const takeLink = (bytes: Buffer, start: number): KernelLink => linkOf(linkMessage.take(bytes, start)[0]);

function linkOf({ index, flags, attributes }: LinkMessage): KernelLink {
  const { name = '', altnames = [], carrier, over, overNamespace } = attributes;
  const isUp = (flags & IFF_UP) !== 0;
  const isHere = over !== undefined && over !== 0 && overNamespace === undefined;
  return {
    index,
    name,
    altnames,
    isUp,
    hasCarrier: isUp && carrier === 1,
    over: isHere ? over : undefined,
  };
}
