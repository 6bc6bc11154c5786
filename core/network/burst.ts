import type { PublicAddress } from '../events/address.ts';

/** Addresses that move one after another, in a burst of events. All these events were raised before the first of them began. */
export class Burst {
  readonly event: 'takeip' | 'releaseip';
  /** The addresses in the order in which they move. */
  readonly addresses: readonly PublicAddress[];
  /** Addresses that move later, in bursts of their own. */
  readonly #later: readonly PublicAddress[];
  readonly #atEnd: ((isContinued: boolean) => void | Promise<void>)[] = [];

  constructor(
    event: 'takeip' | 'releaseip',
    addresses: readonly PublicAddress[],
    later: readonly PublicAddress[] = [],
  ) {
    this.event = event;
    this.addresses = addresses;
    this.#later = later;
  }

  get ips(): readonly string[] {
    return this.addresses.map(({ ip }) => ip);
  }

  /** The addresses that move after this one, also those that do later; none, if it does not move in this burst. */
  after(ip: string): readonly PublicAddress[] {
    const at = this.addresses.findLastIndex((address) => address.ip === ip);
    return at === -1 ? [] : [...this.addresses.slice(at + 1), ...this.#later];
  }

  /**
   * Adds work that is done when the last of them has moved, or when the others will not move in this burst. `isContinued`
   * says that the others are about to move in the next burst.
   */
  atEnd(work: (isContinued: boolean) => void | Promise<void>): void {
    this.#atEnd.push(work);
  }

  /** Ends the burst, and does the work. Rejects with the first that the work throws. */
  async end(isContinued = false): Promise<void> {
    const failures: unknown[] = [];
    for (const work of this.#atEnd.splice(0)) {
      try {
        await work(isContinued);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
