import { type Attribute, attributes } from '../../codec/attributes.ts';
import { restOfBytes } from '../../codec/bytes.ts';
import { u32, u8 } from '../../codec/numbers.ts';
import { struct } from '../../codec/struct.ts';

/** An address of an interface, as RTM_NEWADDR and RTM_DELADDR carry it. */
export interface AddressMessage {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  readonly prefixLength: number;
  /** The lowest eight flags; `attributes.flags` has all of them. */
  readonly flags: number;
  readonly scope: number;
  /** The number of the interface. */
  readonly index: number;
  readonly attributes: AddressAttributes;
}

/** The attributes of an address. */
export interface AddressAttributes {
  /** The other end of a point-to-point link, else the address itself. */
  readonly address?: Buffer;
  /** The address itself. IPv6 has this attribute only where it differs from `address`. */
  readonly local?: Buffer;
  readonly broadcast?: Buffer;
  readonly flags?: number;
}

/** How long an address lasts. Both times of the kernel's own are ignored in what is sent to it. */
interface Lifetime {
  /** After this the address is deprecated: connections from this node do not use it. */
  readonly preferredS: number;
  /** After this the kernel deletes it. */
  readonly validS: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An address that the kernel deletes by itself. */
export interface LastingAddressMessage extends AddressMessage {
  readonly attributes: AddressAttributes & { readonly lifetime?: Lifetime };
}

const fixedFields = { family: u8, prefixLength: u8, flags: u8, scope: u8, index: u32 } as const;

const attributeFields: {
  readonly [K in keyof AddressAttributes]-?: Attribute<Required<AddressAttributes>[K]>;
} = {
  local: [2, restOfBytes],
  address: [1, restOfBytes],
  broadcast: [4, restOfBytes],
  flags: [8, u32],
};

/**
 * `struct ifaddrmsg` and its attributes: linux/if_addr.h, and rtnetlink(7).
 *
 *     0x0218 0080 02000000 08000200 0a000001
 *         │    │         │        │        └── local: 10.0.0.1
 *         │    │         │        └─────────── length 8, IFA_LOCAL
 *         │    │         └──────────────────── index: 2
 *         │    └────────────────────────────── flags 0, scope: host 0xfe, link 0xfd, else 0
 *         └─────────────────────────────────── family 2, prefixLength 24
 */
export const addressMessage = struct<AddressMessage>({
  ...fixedFields,
  attributes: attributes<Required<AddressAttributes>>(attributeFields),
});

/**
 * The same with `struct ifa_cacheinfo`. It is only for messages to the kernel: the kernel's own have it too, and to read it
 * costs time.
 */
export const lastingAddressMessage = struct<LastingAddressMessage>({
  ...fixedFields,
  attributes: attributes<Required<LastingAddressMessage['attributes']>>({
    ...attributeFields,
    lifetime: [6, struct<Lifetime>({ preferredS: u32, validS: u32, createdAt: u32, updatedAt: u32 })],
  }),
});

/** Message types of linux/rtnetlink.h. */
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

/** Flags of linux/if_addr.h: duplicate address detection has found another owner, or is not done yet. */
export const IFA_F_DADFAILED = 0x08;
export const IFA_F_TENTATIVE = 0x40;

/** Flags of linux/if_addr.h: it is not to be used for new connections; it has no end; it brings no route to its subnet. */
const IFA_F_DEPRECATED = 0x20;
const IFA_F_PERMANENT = 0x80;
export const IFA_F_NOPREFIXROUTE = 0x200;

/**
 * Whether an address was put on before its event began (`../ahead-addresses.ts`), and no event has kept it. Nobody else
 * gives an address these flags: it has an end, is deprecated from the beginning, and brings no route.
 */
export const isAhead = ({ flags }: { readonly flags: number }): boolean =>
  (flags & (IFA_F_PERMANENT | IFA_F_DEPRECATED | IFA_F_NOPREFIXROUTE)) ===
  (IFA_F_DEPRECATED | IFA_F_NOPREFIXROUTE);

/** RT_SCOPE_HOST of linux/rtnetlink.h: an address that is valid on this node only. */
export const RT_SCOPE_HOST = 254;
