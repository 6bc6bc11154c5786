import { isIpv6 } from '../../events/address.ts';
import type { RaisedEvent } from '../../run/outcome.ts';

/** Events that wait beside each other, as they are to begin. */
export interface ReleaseOrdered<T> {
  /** Those that can begin, one after another. */
  readonly ready: readonly T[];
  /** Those that had better wait for others to come, in their order after these. */
  readonly heldBack: readonly T[];
}

/** An address that is held. */
interface Taken {
  /** Counts the addresses that came. */
  readonly at: number;
  readonly subnet: string;
}

/**
 * In which order addresses that are to be released together go: the one taken last first.
 *
 * The kernel deletes a secondary address in a hundredth of the time that it takes to delete a primary one, which it has to
 * replace; the primary of a subnet is the oldest. Meanwhile the others of its subnet have no routes, and ctdbd, which looks
 * whether it has an address before it has it released, would not find them. So a primary that leaves others behind is
 * held back. Replies carry their request's number, so the order is free.
 */
export class ReleaseOrder {
  /** The addresses held, and by subnet in the order in which they came. */
  readonly #taken = new Map<string, Taken>();
  readonly #subnets = new Map<string, Set<string>>();
  #count = 0;

  /** Takes notice of an event that begins, or of which it is settled that it comes next. */
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

  /** Events of one kind that wait beside each other, in the order in which they are to begin. */
  order<T>(waiting: readonly T[], eventOf: (each: T) => RaisedEvent): ReleaseOrdered<T> {
    const isRelease = waiting[0] !== undefined && eventOf(waiting[0]).name === 'releaseip';
    if (!isRelease) return { ready: waiting, heldBack: [] };
    const ipOf = (each: T): string => eventOf(each).argv[1] ?? '';
    const leaving = new Set(waiting.map(ipOf));
    // What was there before anybody took notice is the oldest.
    const takenAt = (each: T): number => this.#taken.get(ipOf(each))?.at ?? 0;
    const newestFirst = waiting.toSorted((a, b) => takenAt(b) - takenAt(a));
    const { held = [], ready = [] } = Object.groupBy(newestFirst, (each) =>
      this.#isPrimaryOfOthers(ipOf(each), leaving) ? 'held' : 'ready',
    );
    return { ready, heldBack: held };
  }

  /** Whether it is the oldest address of its subnet, and some stay that are not leaving. */
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

/** The subnet of an IPv4 address, as a number; IPv6 knows no primary addresses. */
function subnetOf(ip: string, maskBits: number): number {
  const bytes = ip.split('.').map(Number);
  const address = bytes.reduce((number, byte) => number * 256 + byte, 0);
  return Math.floor(address / 2 ** (32 - maskBits));
}
