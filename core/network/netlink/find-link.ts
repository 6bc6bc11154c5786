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
  /** Whether it is up and there is somebody at its other end. */
  readonly hasCarrier: boolean;
  /** The number of the interface of this namespace that it is virtual over. */
  readonly over: number | undefined;
}

/** The interface with this name or altname, or this number. Undefined if there is none. */
export function findKernelLink(route: NetlinkSocket, which: string | number): KernelLink | undefined {
  const asked = typeof which === 'string' ? getLinkByName(which) : getLinkByIndex(which);
  return askLink(route, asked);
}

/**
 * Interfaces that were seen during one event. The kernel takes its one big lock to tell of an interface, and while that is
 * busy each look costs more than all the rest of a takeip.
 */
export class SeenLinks {
  readonly #route: () => NetlinkSocket;
  readonly #isBurst: boolean;
  readonly #seen = new Map<string | number, KernelLink>();

  /** @param isBurst whether it is for a burst of events, all of which were raised before anything is looked at. */
  constructor(route: () => NetlinkSocket, isBurst = false) {
    this.#route = route;
    this.#isBurst = isBurst;
  }

  /** Looks anew, by a name, an altname or a number; in a burst once. */
  look(which: string | number): KernelLink | undefined {
    const known = this.#isBurst ? this.#seen.get(which) : undefined;
    if (known !== undefined) return known;
    const link = findKernelLink(this.#route(), which);
    if (link !== undefined) for (const key of keysOf(link)) this.#seen.set(key, link);
    return link;
  }

  /** What was seen of it before, else looks: its number does not change, but whether it is up may. */
  seen(which: string | number): KernelLink | undefined {
    return this.#seen.get(which) ?? this.look(which);
  }

  /** It was changed. */
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

/** Before altnames (Linux 5.5) a name that is too long is an invalid attribute, and such an interface cannot be. */
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
