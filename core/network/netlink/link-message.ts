import { attributeList, attributes } from '../../codec/attributes.ts';
import { cString } from '../../codec/c-string.ts';
import { i32, u16, u32, u8 } from '../../codec/numbers.ts';
import { struct } from '../../codec/struct.ts';
import { type Message, message } from './message.ts';

/** An interface, as RTM_NEWLINK and RTM_GETLINK carry it. */
export interface LinkMessage {
  readonly family: number;
  readonly pad: number;
  /** The kind of hardware (ARPHRD_...). */
  readonly type: number;
  readonly index: number;
  readonly flags: number;
  /** Which flags are to be changed. */
  readonly change: number;
  readonly attributes: LinkAttributes;
}

/** The attributes of an interface. */
export interface LinkAttributes {
  readonly name?: string;
  /** The number of the interface below a virtual one, in the namespace of `overNamespace`. */
  readonly over?: number;
  /** The parts that the answer should leave out. */
  readonly filter?: number;
  /** 1 if the other end is connected. */
  readonly carrier?: number;
  /** The network namespace of `over`, if it is another one. */
  readonly overNamespace?: number;
  readonly altnames?: readonly string[];
  /** The altname by which an interface is asked for. */
  readonly altname?: string;
}

/**
 * `struct ifinfomsg` and its attributes: linux/if_link.h, and rtnetlink(7).
 *
 *     0x00 00 0100 02000000 43100100 00000000 0700 0300 763000
 *        │       │        │        │        │    │    │      └── name: 'v0'
 *        │       │        │        │        │    │    └───────── IFLA_IFNAME
 *        │       │        │        │        │    └────────────── length 7
 *        │       │        │        │        └─────────────────── change
 *        │       │        │        └──────────────────────────── flags
 *        │       │        └───────────────────────────────────── index: 2
 *        │       └────────────────────────────────────────────── type: ethernet
 *        └────────────────────────────────────────────────────── family, pad
 */
export const linkMessage = struct<LinkMessage>({
  family: u8,
  pad: u8,
  type: u16,
  index: u32,
  flags: u32,
  change: u32,
  attributes: attributes<Required<LinkAttributes>>({
    name: [3, cString],
    over: [5, u32],
    filter: [29, u32],
    carrier: [33, u8],
    overNamespace: [37, i32],
    altnames: [52 | 0x8000, attributeList([53, cString])],
    altname: [53, cString],
  }),
});

/** Flags of linux/if.h: the interface is set up. */
export const IFF_UP = 0x01;

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
/** RTEXT_FILTER_SKIP_STATS of linux/rtnetlink.h. */
const withoutStatistics = 8;
/** Longest name of an interface in bytes; longer ones can only be altnames (IFNAMSIZ less its NUL). */
const nameBytesMax = 15;
const anyLink: LinkMessage = { family: 0, pad: 0, type: 0, index: 0, flags: 0, change: 0, attributes: {} };

/** Asks for an interface by its name or an altname. */
export function getLinkByName(name: string): Message {
  const named = Buffer.byteLength(name) > nameBytesMax ? { altname: name } : { name };
  const value = { ...anyLink, attributes: { ...named, filter: withoutStatistics } };
  return message(RTM_GETLINK, linkMessage, value);
}

/** Asks for an interface by its number. */
export function getLinkByIndex(index: number): Message {
  return message(RTM_GETLINK, linkMessage, { ...anyLink, index, attributes: { filter: withoutStatistics } });
}

/** Asks for all interfaces. */
export function getLinks(): Message {
  return message(RTM_GETLINK, linkMessage, { ...anyLink, attributes: { filter: withoutStatistics } });
}

/** Sets an interface up. */
export function setLinkUp(index: number): Message {
  return message(RTM_NEWLINK, linkMessage, { ...anyLink, index, flags: IFF_UP, change: IFF_UP });
}
