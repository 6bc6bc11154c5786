import { isIpv6, type PublicAddress } from '../events/address.ts';
import type { Burst } from './burst.ts';
import type { NamedAddress, Network } from './network.ts';

/**
 * How long the kernel keeps an address that was put on ahead, in seconds, if nobody keeps it. Detection of duplicates takes
 * one to two seconds, and the events of a burst some more.
 */
export const aheadS = 15;

/** The kernel, as `AheadAddresses` needs it. Nothing here rejects, unless the event was told to stop. */
export interface AheadPort {
  /** The addresses of this node that were put on ahead. None, if they cannot be found out. */
  readonly find: () => Promise<readonly NamedAddress[]>;
  /** Puts on ahead those that are not on the node, and those that are on ahead for another `aheadS`. Answers which ones. */
  readonly putOn: (addresses: readonly PublicAddress[]) => Promise<readonly PublicAddress[]>;
  /** Keeps an address that is on ahead: it has no end any more. If it answers false, the output has the kernel's message. */
  readonly keep: (address: PublicAddress) => Promise<boolean>;
  /** Takes addresses off that are on ahead, also if the event was told to stop. It is no failure if they are gone. */
  readonly takeOff: (addresses: readonly PublicAddress[]) => Promise<void>;
}

/** An address that was put on ahead, and when. */
interface PutOn {
  readonly address: PublicAddress;
  readonly atMs: number;
}

/**
 * IPv6 addresses that are on the node before their `takeip` begins, because it waits in the same burst. The kernel detects
 * duplicates of all of them at the same time. One after another that takes it one to two seconds each.
 *
 * Such an address has an end. So the kernel deletes it if its event never comes, also if this process is killed, and at once
 * if somebody else has it. It counts as not held until its event keeps it.
 */
export class AheadAddresses {
  /** Those that no event has kept so far. They outlive a burst that is continued. */
  readonly #on = new Map<string, PutOn>();
  readonly #endsWith = new WeakSet<Burst>();

  /** Whether an address was put on ahead here, and its event has not kept it so far. */
  isOn(ip: string): boolean {
    const put = this.#on.get(ip);
    return put !== undefined && performance.now() - put.atMs < aheadS * 1000;
  }

  /** Adds an address, and puts on ahead what comes after it in the burst. `add` adds an address that is not on the node. */
  async add(
    address: PublicAddress,
    burst: Burst | undefined,
    port: AheadPort,
    add: Network['addAddress'],
  ): Promise<boolean> {
    if (!isIpv6(address.ip)) return add(address);
    // In this order: if the event is told to stop here, its own address is not on the node without anybody who knows.
    if (burst?.event === 'takeip') await this.#putOnAfter(address.ip, burst, port);
    switch (await this.#find(address, port)) {
      case 'on':
        return port.keep(address);
      case 'duplicate':
        return false;
      case 'absent':
        return add(address);
    }
  }

  async #putOnAfter(ip: string, burst: Burst, port: AheadPort): Promise<void> {
    const wanted = burst.after(ip).filter((later) => isIpv6(later.ip) && !this.isOn(later.ip));
    if (wanted.length === 0) return;
    if (!this.#endsWith.has(burst)) {
      this.#endsWith.add(burst);
      burst.atEnd(async (isContinued) => {
        if (!isContinued) await this.#takeOff(port);
      });
    }
    const atMs = performance.now();
    for (const address of wanted) this.#on.set(address.ip, { address, atMs });
    const areOn = await port.putOn(wanted);
    for (const address of wanted) if (!areOn.includes(address)) this.#on.delete(address.ip);
  }

  /** What has become of an address, if it was put on ahead: here, or by a process that was killed. */
  async #find(address: PublicAddress, port: AheadPort): Promise<'on' | 'duplicate' | 'absent'> {
    const wasPutOn = this.isOn(address.ip);
    this.#on.delete(address.ip);
    const found = await port.find();
    if (found.some((one) => isSame(one, address))) return 'on';
    if (!wasPutOn) return 'absent';
    // The kernel deletes a duplicate alone. When a link goes down, it deletes all that were put on ahead there.
    const others = [...this.#on.values()].filter((other) => other.address.iface === address.iface);
    if (others.some((other) => found.some((one) => isSame(one, other.address)))) return 'duplicate';
    for (const other of others) this.#on.delete(other.address.ip);
    return 'absent';
  }

  async #takeOff(port: AheadPort): Promise<void> {
    const left = [...this.#on.values()].map(({ address }) => address);
    this.#on.clear();
    if (left.length > 0) await port.takeOff(left);
  }
}

const isSame = (one: NamedAddress, { ip, iface, maskBits }: PublicAddress): boolean =>
  one.ip === ip &&
  one.maskBits === maskBits &&
  (one.iface === iface || one.altnames?.includes(iface) === true);
