import { setTimeout as sleep } from 'node:timers/promises';
import { isIpv6, type PublicAddress } from '../../events/address.ts';
import { AddressCopies } from '../address-copies.ts';
import { promoteSecondaries } from '../kernel-settings.ts';
import type { AddressState, HostedAddress, NamedAddress, Network } from '../network.ts';
import { lostNeighbours, willLoseNeighbours } from '../subnet-neighbours.ts';
import {
  addressMessage,
  IFA_F_DADFAILED,
  IFA_F_TENTATIVE,
  RTM_DELADDR,
  RTM_NEWADDR,
  RT_SCOPE_HOST,
} from './address-message.ts';
import { findKernelAddress, findNamedAddresses } from './find-address.ts';
import { findKernelLink, type KernelLink, type SeenLinks } from './find-link.ts';
import { familyOfIp, ipBytes } from './ip-bytes.ts';
import { type Message, message, NLM_F_CREATE, NLM_F_EXCL } from './message.ts';
import type { NetlinkSetting } from './setting.ts';

/** The pause between two looks whether an address is still tentative, in milliseconds. */
const pollMs = 50;

/** Addresses by rtnetlink. `beforeDelete` is called just before a delete: after that, clients cannot be told any more. */
export function netlinkAddresses(
  setting: NetlinkSetting,
  beforeDelete: (ip: string) => void,
): Pick<
  Network,
  'findAddress' | 'findAddressState' | 'findAddresses' | 'findAllAddresses' | 'addAddress' | 'deleteAddress'
> {
  const { runner, links, step, attempt } = setting;
  const { route } = setting.kernel;
  const copies = new AddressCopies();
  return {
    findAddress: (ip, expectedIface) =>
      step(() => copies.note(ip, findHosted(setting, ip, expectedIface), expectedIface)),

    async findAddressState(ip, timeoutMs) {
      const end = performance.now() + timeoutMs;
      for (;;) {
        const state = stateOf(findKernelAddress(route, ip).map(({ flags }) => flags));
        if (state !== 'tentative' || performance.now() >= end) return state;
        await sleep(pollMs, undefined, { signal: runner.signal });
      }
    },

    findAddresses: (iface) =>
      step(() => {
        const link = findKernelLink(route, iface);
        return link === undefined
          ? []
          : findNamedAddresses(route).filter(({ iface: name }) => name === link.name);
      }),
    findAllAddresses: () => step(() => findNamedAddresses(route)),

    addAddress: (address) =>
      step(() =>
        attempt(() => {
          route.change(addMessage(address, linkNamed(links, address.iface)));
        }),
      ),

    deleteAddress: (address, options = { quiet: false }) =>
      (options.isUndo === true ? atOnce : step)(() => {
        beforeDelete(address.ip);
        const all = copies.takeAll(address, runner.log, options.quiet);
        return all.map((copy) => deleteOne(setting, copy, options.quiet)).every((isGone) => isGone);
      }),
  };
}

/** Does the work even if the event was told to stop. */
const atOnce: NetlinkSetting['step'] = (work) =>
  new Promise((resolve) => {
    resolve(work());
  });

function deleteOne(setting: NetlinkSetting, copy: HostedAddress, quiet: boolean): boolean {
  const { runner, links, attempt } = setting;
  const { route } = setting.kernel;
  const remove = (): boolean =>
    attempt(() => {
      route.change(deleteMessage(copy, linkNamed(links, copy.iface).index));
    }, quiet);
  if (isIpv6(copy.ip) || promoteSecondaries(runner.paths.proc, copy.device)) return remove();
  runner.log(willLoseNeighbours(copy.device));
  const look = (): NamedAddress[] => findNamedAddresses(route).filter(({ iface }) => iface === copy.device);
  const before = look();
  const isGone = remove();
  for (const lost of lostNeighbours(before, look(), copy))
    attempt(() => {
      route.change(addMessage(lost, linkNamed(links, lost.iface)));
    });
  return isGone;
}

function findHosted(
  { kernel, links, ahead }: NetlinkSetting,
  ip: string,
  expectedIface: string | undefined,
): HostedAddress[] {
  const addresses = ahead?.takeAddress(ip) ?? findKernelAddress(kernel.route, ip);
  return addresses.flatMap(({ maskBits, index, peer }) => {
    const link = links.look(index);
    const address = { ip, maskBits, ...(peer === undefined ? {} : { peer }) };
    return link === undefined ? [] : [hostedOn(link, address, expectedIface)];
  });
}

function linkNamed(links: SeenLinks, iface: string): KernelLink {
  const link = links.seen(iface);
  if (link === undefined) throw new NoSuchDevice(iface);
  return link;
}

/** There is no interface of this name. The message is that of iproute2. */
export class NoSuchDevice extends Error {
  override name = 'NoSuchDevice';

  constructor(iface: string) {
    super(`Cannot find device "${iface}"`);
  }
}

function hostedOn(
  { name, altnames }: KernelLink,
  address: Pick<HostedAddress, 'ip' | 'maskBits' | 'peer'>,
  expectedIface: string | undefined,
): HostedAddress {
  const isExpected = expectedIface !== undefined && altnames.includes(expectedIface);
  return { iface: isExpected ? expectedIface : name, device: name, ...address };
}

/** The message that puts an address on an interface. */
export function addMessage(address: PublicAddress, { index }: KernelLink): Message {
  const local = ipBytes(address.ip);
  const broadcast = broadcastOf(local, address.maskBits);
  const asked = {
    ...fixedPart(address, index),
    scope: local.length === 4 && local[0] === 127 ? RT_SCOPE_HOST : 0,
    attributes: { local, address: local, ...(broadcast === undefined ? {} : { broadcast }) },
  };
  return message(RTM_NEWADDR, addressMessage, asked, NLM_F_CREATE | NLM_F_EXCL);
}

/** The message that takes an address off the interface of this number. */
export function deleteMessage(
  address: Pick<HostedAddress, 'ip' | 'maskBits' | 'peer'>,
  index: number,
): Message {
  const local = ipBytes(address.ip);
  // Without `address` the kernel ignores the length of the prefix.
  const other = address.peer === undefined ? local : ipBytes(address.peer);
  const asked = { ...fixedPart(address, index), attributes: { local, address: other } };
  return message(RTM_DELADDR, addressMessage, asked);
}

/** What a message about an address begins with. */
export const fixedPart = ({ ip, maskBits }: Pick<PublicAddress, 'ip' | 'maskBits'>, index: number) => ({
  family: familyOfIp(ip),
  prefixLength: maskBits,
  flags: 0,
  scope: 0,
  index,
});

/** The broadcast address, as `brd +` sets it: all bits of the host are set. There is one if the host has at least two bits. */
function broadcastOf(ipv4: Buffer, maskBits: number): Buffer | undefined {
  if (ipv4.length !== 4 || maskBits > 30) return undefined;
  const broadcast = Buffer.alloc(4);
  broadcast.writeUInt32BE((ipv4.readUInt32BE() | (0xffffffff >>> maskBits)) >>> 0);
  return broadcast;
}

function stateOf(flags: readonly number[]): AddressState {
  if (flags.length === 0) return 'missing';
  if (flags.some((each) => (each & IFA_F_DADFAILED) !== 0)) return 'duplicate';
  return flags.some((each) => (each & IFA_F_TENTATIVE) !== 0) ? 'tentative' : 'usable';
}
