import type { PublicAddress } from '../../events/address.ts';
import type { HostedAddress } from '../../network/network.ts';

/** Where addresses would be after the changes so far. */
export class DryAddresses {
  /** Undefined for one that would be gone. */
  readonly #places = new Map<string, PublicAddress | undefined>();

  put(address: PublicAddress): void {
    this.#places.set(address.ip, address);
  }

  remove(ip: string): void {
    this.#places.set(ip, undefined);
  }

  /** Whether anything would be changed of this address. */
  hasChanged(ip: string): boolean {
    return this.#places.has(ip);
  }

  /** Where it would be; undefined if nowhere, or if it was not changed. */
  findHosted(ip: string): HostedAddress | undefined {
    const place = this.#places.get(ip);
    return place && { ...place, device: place.iface };
  }

  /** A list of addresses, as it would be. */
  changed<A extends PublicAddress>(
    now: readonly A[],
    isListed: (iface: string) => boolean = () => true,
  ): (A | PublicAddress)[] {
    const put = [...this.#places.values()].filter((place) => place !== undefined && isListed(place.iface));
    return [...now.filter(({ ip }) => !this.#places.has(ip)), ...put.filter((place) => place !== undefined)];
  }
}
