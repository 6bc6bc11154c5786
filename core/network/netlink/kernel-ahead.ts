import type { PublicAddress } from '../../events/address.ts';
import { type AheadPort, aheadS } from '../ahead-addresses.ts';
import {
  IFA_F_NOPREFIXROUTE,
  isAhead,
  lastingAddressMessage,
  RTM_NEWADDR,
  type AddressMessage,
} from './address-message.ts';
import { addMessage, deleteMessage, fixedPart, NoSuchDevice } from './addresses.ts';
import { findIpv6Addresses, named } from './find-address.ts';
import type { KernelLink } from './find-link.ts';
import { ipBytes } from './ip-bytes.ts';
import type { Kernel } from './kernel.ts';
import { KernelError } from './kernel-error.ts';
import { type Message, message, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './message.ts';
import type { NetlinkSetting } from './setting.ts';
import { SocketError } from './transport.ts';

/**
 * Addresses that are put on ahead, by rtnetlink.
 *
 * @param destroyStale destroys what is still connected to an address that is not on the node.
 */
export function kernelAhead(setting: NetlinkSetting, destroyStale: (ip: string) => void): AheadPort {
  const { kernel, links, step, attempt } = setting;
  const find = () => findIpv6Addresses(kernel.route);
  return {
    find: () => step(() => orNone(() => named(kernel.route, find().filter(isAhead)))),
    putOn: (addresses) => step(() => orNone(() => putOn(addresses))),
    keep: (address) =>
      step(() =>
        attempt(() => {
          const link = links.seen(address.iface);
          if (link === undefined) throw new NoSuchDevice(address.iface);
          kernel.route.change(keepMessage(address, link));
        }),
      ),
    takeOff(addresses) {
      takeOffAhead(
        kernel,
        addresses.map(({ ip }) => ip),
      );
      return Promise.resolve();
    },
  };

  function putOn(addresses: readonly PublicAddress[]): readonly PublicAddress[] {
    const onNode = Map.groupBy(find(), ({ ip }) => ip);
    const asked = addresses.flatMap((address) => {
      const link = links.seen(address.iface);
      const copies = onNode.get(address.ip) ?? [];
      return link?.isUp === true && copies.every(isAhead) ? [{ address, link, isOn: copies.length > 0 }] : [];
    });
    for (const { address, isOn } of asked) if (!isOn) destroyStale(address.ip);
    const failures = kernel.route.changeMany(
      asked.map(({ address, link, isOn }) => putOnMessage(address, link, isOn)),
    );
    return asked.flatMap(({ address }, index) => (failures[index] === undefined ? [address] : []));
  }
}

/** Takes off those of the addresses that are on ahead. Throws SocketError, and KernelError after all were tried. */
export function takeOffAhead({ route }: Kernel, ips: readonly string[]): void {
  const found = findIpv6Addresses(route).filter((address) => isAhead(address) && ips.includes(address.ip));
  const failures = route.changeMany(found.map((address) => deleteMessage(address, address.index)));
  const failure = failures.find((each) => each !== undefined && each.code !== 'EADDRNOTAVAIL');
  if (failure !== undefined) throw failure;
}

/** The message that keeps an address that is on ahead. */
export const keepMessage = (address: PublicAddress, link: KernelLink): Message => ({
  ...addMessage(address, link),
  flags: NLM_F_CREATE | NLM_F_REPLACE,
});

/**
 * The message that puts an address on ahead. Without a route to its subnet: that would have an end, too, and would be
 * the route of other addresses as well.
 */
function putOnMessage(address: PublicAddress, { index }: KernelLink, isOn: boolean): Message {
  const local = ipBytes(address.ip);
  const asked = {
    ...(fixedPart(address, index) satisfies Omit<AddressMessage, 'attributes'>),
    attributes: {
      local,
      address: local,
      flags: IFA_F_NOPREFIXROUTE,
      lifetime: { preferredS: 0, validS: aheadS, createdAt: 0, updatedAt: 0 },
    },
  };
  const flags = NLM_F_CREATE | (isOn ? NLM_F_REPLACE : NLM_F_EXCL);
  return message(RTM_NEWADDR, lastingAddressMessage, asked, flags);
}

/** None if the kernel does not answer as it should: what was to be done ahead is done later. */
function orNone<T>(look: () => readonly T[]): readonly T[] {
  try {
    return look();
  } catch (error) {
    if (error instanceof KernelError || error instanceof SocketError) return [];
    throw error;
  }
}
