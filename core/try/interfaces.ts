import { attributes, nested } from '../codec/attributes.ts';
import { cString } from '../codec/c-string.ts';
import { u16, u32, u8 } from '../codec/numbers.ts';
import { struct } from '../codec/struct.ts';
import { addressMessage, RTM_NEWADDR } from '../network/netlink/address-message.ts';
import { findKernelLink } from '../network/netlink/find-link.ts';
import { familyOfIp, ipBytes } from '../network/netlink/ip-bytes.ts';
import type { Kernel } from '../network/netlink/kernel.ts';
import { IFF_UP } from '../network/netlink/link-message.ts';
import { message, NLM_F_CREATE, NLM_F_EXCL } from '../network/netlink/message.ts';
import type { PublicAddress } from './public-address.ts';

interface End {
  name: string;
  /** A process in the network namespace that it is to be in. */
  pid: number;
}

interface NewLink {
  name: string;
  /** The number of the bridge that it is a port of. */
  master: number;
  made: Partial<{ kind: string; details: Partial<{ peer: Link<Partial<End>> }> }>;
}

interface Link<Attributes> {
  family: number;
  pad: number;
  type: number;
  index: number;
  flags: number;
  change: number;
  attributes: Attributes;
}

const fixedPart = { family: u8, pad: u8, type: u16, index: u32, flags: u32, change: u32 };
const end = struct<Link<Partial<End>>>({
  ...fixedPart,
  attributes: attributes<End>({ name: [3, cString], pid: [19, u32] }),
});

/** What RTM_NEWLINK carries to make an interface: linux/if_link.h and linux/veth.h. */
const newLink = struct<Link<Partial<NewLink>>>({
  ...fixedPart,
  attributes: attributes<NewLink>({
    name: [3, cString],
    master: [10, u32],
    made: [
      18 | nested,
      attributes<Required<NewLink['made']>>({
        kind: [1, cString],
        details: [2 | nested, attributes<{ peer: Link<Partial<End>> }>({ peer: [1 | nested, end] })],
      }),
    ],
  }),
});

const RTM_NEWLINK = 16;
/** IFA_F_NODAD of linux/if_addr.h: nobody is asked whether he has the address. */
const IFA_F_NODAD = 0x02;
const make = NLM_F_CREATE | NLM_F_EXCL;
const unchanged = { family: 0, pad: 0, type: 0, index: 0, flags: 0, change: 0 };
const up = { flags: IFF_UP, change: IFF_UP };

/** Equivalent to: `ip link add $name up type veth peer name $peer netns $pid`. */
export function addCable({ route }: Kernel, name: string, peer: string, pid: number): void {
  const details = { peer: { ...unchanged, attributes: { name: peer, pid } } };
  const asked = { ...unchanged, ...up, attributes: { name, made: { kind: 'veth', details } } };
  route.change(message(RTM_NEWLINK, newLink, asked, make));
}

/** Equivalent to: `ip link add $name up type bridge`. */
export function addBridge({ route }: Kernel, name: string): void {
  const asked = { ...unchanged, ...up, attributes: { name, made: { kind: 'bridge' } } };
  route.change(message(RTM_NEWLINK, newLink, asked, make));
}

/** Equivalent to: `ip link set $port up master $bridge`, or without the bridge. */
export function setUp(kernel: Kernel, port: string, bridge?: string): void {
  const attributes = bridge === undefined ? {} : { master: numberOf(kernel, bridge) };
  const asked = { ...unchanged, ...up, index: numberOf(kernel, port), attributes };
  kernel.route.change(message(RTM_NEWLINK, newLink, asked));
}

/** Equivalent to: `ip addr add $ip/$maskBits dev $iface nodad`. */
export function addOwnAddress(kernel: Kernel, { ip, maskBits }: PublicAddress, iface: string): void {
  const local = ipBytes(ip);
  const asked = {
    family: familyOfIp(ip),
    prefixLength: Number(maskBits),
    flags: ip.includes(':') ? IFA_F_NODAD : 0,
    scope: 0,
    index: numberOf(kernel, iface),
    attributes: { local, address: local },
  };
  kernel.route.change(message(RTM_NEWADDR, addressMessage, asked, make));
}

function numberOf({ route }: Kernel, iface: string): number {
  const link = findKernelLink(route, iface);
  if (link === undefined) throw new Error(`There is no interface "${iface}"`);
  return link.index;
}
