import { isIpv6 } from '../../events/address.ts';
import type { RaisedEvent } from '../../run/outcome.ts';

/** Events that wait beside each other, in the order in which they are to begin. */
export interface ReleaseOrdered<T> {
  /** The events that can begin, one after another. */
  readonly ready: readonly T[];
  /** The events that should wait for others to come. They begin after the ready ones, in this order. */
  readonly heldBack: readonly T[];
}

/** An address that is held. */
interface Taken {
  /** The place of the address in the order of arrival. */
  readonly at: number;
  readonly subnet: string;
}

/**
 * The order in which addresses are released together: the one that was taken last goes first.
 *
 * The oldest address of a subnet is its primary. The kernel deletes a secondary address in a hundredth of the time that a
 * primary takes, because it has to replace the primary. Meanwhile the other addresses of the subnet have no routes. ctdbd
 * looks whether it has an address before it releases it, and would not find them. So a primary is held back as long as
 * other addresses of its subnet stay. Replies carry the number of their request, so the order is free.
 */
export class ReleaseOrder {
  /** The addresses that are held, and the same by subnet, in the order in which they came. */
  readonly #taken = new Map<string, Taken>();
  readonly #subnets = new Map<string, Set<string>>();
  #count = 0;

  /** Notes an event that begins, or is certain to come next. */
  note({ name, argv }: RaisedEvent): void {
    const [iface, ip, maskBits] = name === 'updateip' ? argv.slice(1) : argv;
    if (iface === undefined || ip === undefined) return;
    if (name === 'releaseip') this.#forget(ip);
    if (name !== 'takeip' && name !== 'updateip') return;
    this.#forget(ip);
    this.#count += 1;
    const subnet = `${iface} ${subnetOf(ip, Number(maskBits))}`;
    this.#taken.set(ip, { at: this.#count, subnet });
    this.#subnets.set(subnet, (this.#subnets.get(subnet) ?? new Set()).add(ip));
  }

  /** Puts events of one kind that wait beside each other into the order in which they are to begin. */
  order<T>(waiting: readonly T[], eventOf: (each: T) => RaisedEvent): ReleaseOrdered<T> {
    const isRelease = waiting[0] !== undefined && eventOf(waiting[0]).name === 'releaseip';
    if (!isRelease) return { ready: waiting, heldBack: [] };
    const ipOf = (each: T): string => eventOf(each).argv[1] ?? '';
    const leaving = new Set(waiting.map(ipOf));
    // An address that was there before anything was noted is the oldest.
    const takenAt = (each: T): number => this.#taken.get(ipOf(each))?.at ?? 0;
    const newestFirst = waiting.toSorted((a, b) => takenAt(b) - takenAt(a));
    const { held = [], ready = [] } = Object.groupBy(newestFirst, (each) =>
      this.#isPrimaryOfOthers(ipOf(each), leaving) ? 'held' : 'ready',
    );
    return { ready, heldBack: held };
  }

  /** Whether it is the oldest address of its subnet, and others of the subnet stay. */
  #isPrimaryOfOthers(ip: string, leaving: ReadonlySet<string>): boolean {
    const subnet = this.#subnets.get(this.#taken.get(ip)?.subnet ?? '');
    if (subnet === undefined || isIpv6(ip)) return false;
    const [oldest] = subnet;
    return oldest === ip && !subnet.isSubsetOf(leaving);
  }

  #forget(ip: string): void {
    const subnet = this.#taken.get(ip)?.subnet;
    if (subnet === undefined) return;
    this.#taken.delete(ip);
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
