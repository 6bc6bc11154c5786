import type { HostedAddress } from './network.ts';

/**
 * Where addresses were seen during one event. The kernel lets an address be on several interfaces, and several times on one
 * with other masks or peers: whoever releases it releases all of that, for a copy that stays is on two nodes in a moment.
 */
export class AddressCopies {
  readonly #seen = new Map<string, readonly HostedAddress[]>();

  /** Notes where an address is, and answers the place that is expected, else the first. */
  note(
    ip: string,
    found: readonly HostedAddress[],
    expectedIface: string | undefined,
  ): HostedAddress | undefined {
    this.#seen.set(ip, found);
    return found.find(({ iface }) => iface === expectedIface) ?? found[0];
  }

  /** The kernel's name of an interface that was seen to have an address, by whatever name; else that name. */
  deviceOf(ip: string, iface: string): string {
    return this.#seen.get(ip)?.find((copy) => copy.iface === iface)?.device ?? iface;
  }

  /** An address and its other copies, of which is told unless `quiet`: the one that was asked for last. */
  takeAll(address: HostedAddress, log: (text: string) => void, quiet: boolean): readonly HostedAddress[] {
    const others = (this.#seen.get(address.ip) ?? []).filter((copy) => !isSame(copy, address));
    this.#seen.delete(address.ip);
    for (const { ip, maskBits, iface } of quiet ? [] : others)
      log(
        `WARNING: Public IP ${ip} is on interface ${iface} too, with ${maskBits} bit netmask: removing it there`,
      );
    return [...others, address];
  }
}

const isSame = (one: HostedAddress, other: HostedAddress): boolean =>
  one.device === other.device && one.maskBits === other.maskBits && one.peer === other.peer;
