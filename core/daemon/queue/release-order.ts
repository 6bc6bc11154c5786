import { isIpv6 } from '../../events/address.ts';
import type { RaisedEvent } from '../../run/outcome.ts';

/** Events that wait beside each other, in the order in which they are to begin. */
export interface ReleaseOrdered<T> {
  /** The events that can begin, one after another. */
  readonly ready: readonly T[];
  /** The events that should wait for others to come. They begin after the ready ones, in this order. */
  readonly heldBack: readonly T[];
}

/**
 * The order in which addresses are released together: that in which ctdbd asks, but the primary of each subnet goes last.
 *
 * ctdbd has the next nodes take them in the same order, as soon as all have been released. So each is on no node for about the
 * same time. If the first one were released last, the last one would be on no node for twice as long.
 *
 * The oldest address of a subnet is its primary. The kernel deletes a secondary address in a hundredth of the time that a
 * primary takes, because it has to replace the primary. Meanwhile the other addresses of the subnet have no routes. ctdbd
 * looks whether it has an address before it releases it, and would not find them. So a primary is held back as long as
 * other addresses of its subnet stay. Replies carry the number of their request, so the order is free.
 */
export class ReleaseOrder {
  /** The subnets of the addresses that are held, and the same by subnet, in the order in which they came. */
  readonly #subnetOf = new Map<string, string>();
  readonly #subnets = new Map<string, Set<string>>();

  /** Notes an event that begins, or is certain to come next. */
  note({ name, argv }: RaisedEvent): void {
    const [iface, ip, maskBits] = name === 'updateip' ? argv.slice(1) : argv;
    if (iface === undefined || ip === undefined) return;
    if (name === 'releaseip') this.#forget(ip);
    if (name !== 'takeip' && name !== 'updateip') return;
    this.#forget(ip);
    const subnet = `${iface} ${subnetOf(ip, Number(maskBits))}`;
    this.#subnetOf.set(ip, subnet);
    this.#subnets.set(subnet, (this.#subnets.get(subnet) ?? new Set()).add(ip));
  }

  /** Puts events of one kind that wait beside each other into the order in which they are to begin. */
  order<T>(waiting: readonly T[], eventOf: (each: T) => RaisedEvent): ReleaseOrdered<T> {
    const isRelease = waiting[0] !== undefined && eventOf(waiting[0]).name === 'releaseip';
    if (!isRelease) return { ready: waiting, heldBack: [] };
    const ipOf = (each: T): string => eventOf(each).argv[1] ?? '';
    const leaving = new Set(waiting.map(ipOf));
    const {
      heldBack = [],
      last = [],
      ready = [],
      unknown = [],
    } = Object.groupBy(waiting, (each) => this.#turnOf(ipOf(each), leaving));
    // An address that was there before anything was noted is older than all others.
    return { ready: [...ready, ...last, ...unknown], heldBack };
  }

  /** When an address has its turn. Of the oldest one of a subnet that depends on whether others of the subnet stay. */
  #turnOf(ip: string, leaving: ReadonlySet<string>): 'ready' | 'last' | 'heldBack' | 'unknown' {
    if (isIpv6(ip)) return 'ready';
    const subnet = this.#subnets.get(this.#subnetOf.get(ip) ?? '');
    if (subnet === undefined) return 'unknown';
    const [oldest] = subnet;
    if (oldest !== ip) return 'ready';
    return subnet.isSubsetOf(leaving) ? 'last' : 'heldBack';
  }

  #forget(ip: string): void {
    const subnet = this.#subnetOf.get(ip);
    if (subnet === undefined) return;
    this.#subnetOf.delete(ip);
    const others = this.#subnets.get(subnet);
    others?.delete(ip);
    if (others?.size === 0) this.#subnets.delete(subnet);
  }
}

/** The subnet of an IPv4 address, as a number. IPv6 has no primary addresses. */
function subnetOf(ip: string, maskBits: number): number {
  const bytes = ip.split('.').map(Number);
  const address = bytes.reduce((number, byte) => number * 256 + byte, 0);
  return Math.floor(address / 2 ** (32 - maskBits));
}
