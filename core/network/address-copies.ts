import type { HostedAddress } from './network.ts';

/**
 * Where addresses were seen during one event. The kernel lets an address be on several interfaces, and several times on
 * one, with other masks or peers. A release has to remove all these copies: one that stays would soon be on two nodes.
 */
export class AddressCopies {
  readonly #seen = new Map<string, readonly HostedAddress[]>();

  /** Notes where an address is. Answers its copy on the expected interface, or else the first copy. */
  note(
    ip: string,
    found: readonly HostedAddress[],
    expectedIface: string | undefined,
  ): HostedAddress | undefined {
    this.#seen.set(ip, found);
    return found.find(({ iface }) => iface === expectedIface) ?? found[0];
  }

  /** The kernel's name of the interface `iface`, if it was seen to have the address; else `iface` itself. */
  deviceOf(ip: string, iface: string): string {
    return this.#seen.get(ip)?.find((copy) => copy.iface === iface)?.device ?? iface;
  }

  /**
   * An address and its other copies. The copies are reported unless `quiet`. The address is the one that was asked for
   * last.
   */
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
