import type { PublicAddress } from '../events/address.ts';

/** An address where it really is. */
export interface HostedAddress extends PublicAddress {
  /** The name to say and to hand to commands: the one asked for, if it is this interface's, else the kernel's. */
  readonly iface: string;
  /** The kernel's name of the interface, where `iface` may be an altname. */
  readonly device: string;
  /** The other end of a point-to-point address, to which `maskBits` belongs then. */
  readonly peer?: string;
}

/** How usable an address is: IPv6 ones are `tentative` until nobody else was found to have them. */
export type AddressState = 'usable' | 'tentative' | 'duplicate' | 'missing';

/** A network interface. */
export interface Link {
  /** The kernel's name of it, where the one asked for may be an altname. */
  readonly device: string;
  /** What it is virtual over, such as `bond0` for the VLAN `bond0.7@bond0`; may be no interface of this node. */
  readonly over?: string;
}

/** What the bonding driver says of a bond, in /proc/net/bonding. */
export interface Bond {
  /** Whether it says that no slave is active (active-backup). */
  readonly noActiveSlave: boolean;
  /** Whether any line says that MII is up, the bond's own or a slave's. */
  readonly anyUp: boolean;
  /** Whether it is an 802.3ad bond, whose own status can be up with no slave up. */
  readonly is8023ad: boolean;
  /** Whether the MII status of any slave is up. */
  readonly anySlaveUp: boolean;
}

/** An established TCP connection; each end as `address:port`, IPv6 addresses in brackets, mapped IPv4 ones as IPv4. */
export interface Connection {
  /** The end on this node. */
  readonly server: string;
  readonly client: string;
}

/** CTDB_KILLTCP_USE_SS_KILL: whether the kernel destroys sockets (`ss -K`), ctdb_killtcp resets connections, or both. */
export type UseSsKill = 'no' | 'try' | 'yes';

/** What one go at resetting the connections to an address came to. */
export type ResetOutcome =
  | {
      readonly kind: 'counted';
      readonly killed: number;
      /** How many there were before. */
      readonly total: number;
      readonly remaining: readonly Connection[];
      /** The tool, where the message is to name it. */
      readonly using?: 'ss -K' | 'ctdb_killtcp';
    }
  | { readonly kind: 'failed' };

/**
 * Which packets to an address a block drops.
 *
 * Sockets that the kernel destroys need `new connections`: with every packet dropped, a client whose reset got lost
 * stays connected for good. ctdb_killtcp does not mind.
 */
export type BlockedPackets = 'all' | 'new connections';

/** The implementations there are. */
export type NetworkName = 'commands' | 'netlink';

/** An address with the names of its interface. */
export interface NamedAddress extends PublicAddress {
  /** Other names of its interface, if it has any. */
  readonly altnames?: readonly string[];
}

/**
 * Addresses, links, connections and the firewall of this node.
 *
 * Members named `find...` observe, the others change the node. What the kernel or a tool says of a failure is in the
 * output of the event when the member returns false.
 */
export interface Network {
  /** The implementation, as CTDB_HOOK_NETWORK has it. */
  readonly name: NetworkName;
  /** Why it is this one and not the other, for whoever logs it: `koffi does not load: ...`. */
  readonly why?: string;

  /** Equivalent to: `ip -br link show $iface`. Undefined if there is no such interface. */
  readonly findLink: (iface: string) => Promise<Link | undefined>;
  /** Whether a cable is in and somebody at its other end. Equivalent to: `ethtool $iface`. */
  readonly findCarrier: (iface: string) => Promise<boolean>;
  /** Equivalent to: `cat /proc/net/bonding/$device`. Undefined if it is no bond. */
  readonly findBond: (device: string) => Promise<Bond | undefined>;
  /** Equivalent to: `ip link set $iface up`. */
  readonly bringUp: (iface: string) => Promise<boolean>;

  /**
   * Where an address is, and with which mask. Undefined if it is on no interface.
   *
   * Equivalent to: `ip -br addr show to $ip`, and `... dev $expectedIface`, which may be an altname.
   */
  readonly findAddress: (ip: string, expectedIface?: string) => Promise<HostedAddress | undefined>;
  /**
   * What duplicate address detection came to. Waits for its end, at most `timeoutMs`.
   *
   * Equivalent to: `ip addr show to $ip`, again and again.
   */
  readonly findAddressState: (ip: string, timeoutMs: number) => Promise<AddressState>;
  /** All addresses of an interface, which may be named by an altname. Equivalent to: `ip -j addr show dev $iface`. */
  readonly findAddresses: (iface: string) => Promise<readonly NamedAddress[]>;
  /** All addresses of this node, whatever the state of the interface or the address. Equivalent to: `ip -j addr show`. */
  readonly findAllAddresses: () => Promise<readonly NamedAddress[]>;
  /** Equivalent to: `ip addr add $ip/$maskBits brd + dev $iface`, for IPv6 without `brd +`. */
  readonly addAddress: (address: PublicAddress) => Promise<boolean>;
  /**
   * Takes an address away, wherever `findAddress` has seen it, and leaves those that share its subnet. The kernel lets it be
   * on several interfaces, and with other masks or peers several times on one. True if all of that is gone.
   *
   * Equivalent to: `sysctl net.ipv4.conf.$device.promote_secondaries=1; ip addr del $ip/$maskBits dev $iface`.
   */
  readonly deleteAddress: (address: HostedAddress, options?: DeleteOptions) => Promise<boolean>;
  /** Equivalent to: `sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1`, where the kernel has them. */
  readonly flushRoutes: () => Promise<void>;

  /** Drops packets to an address that come in through an interface. Equivalent to: `iptables -I INPUT ... -j DROP`. */
  readonly block: (where: Block) => Promise<boolean>;
  /**
   * Lifts a block. One that was not made here is whatever anybody left that blocks the address, through any interface; there
   * need not be one. What fails is said. Equivalent to: `iptables -D INPUT ... -j DROP`.
   */
  readonly unblock: (where: Block) => Promise<void>;
  /**
   * Lifts the blocks of these addresses that killed releases left, be it ours, by whichever network, or CTDB's own script.
   * Equivalent to: `iptables -S INPUT`, and `iptables -D` of what is found; `nft delete element inet ctdb_hook $set { $ip }`.
   */
  readonly unblockAll: (ips: readonly string[]) => Promise<void>;

  /**
   * The established connections to an address, in the kernel's order. Undefined if nobody could tell.
   *
   * Equivalent to: `ss -tnH state established "src [$ip]"`.
   */
  readonly findConnections: (ip: string) => Promise<readonly Connection[] | undefined>;
  /**
   * Resets the connections to an address that is still on the node, and counts afterwards what is left.
   *
   * Each go is told of before the next one begins. None is told of where there was nothing to do.
   * Equivalent to: `ss -K state established src $ip`, or `ctdb_killtcp $iface`.
   */
  readonly resetConnections: (target: ResetTarget) => AsyncIterable<ResetOutcome>;
  /**
   * Destroys what was still connected to an address when it was deleted, where that is possible. Tells of the go that
   * `resetConnections` began, if that could only end now: the server's ends of connections whose clients are not told.
   */
  readonly resetStragglers: (target: ResetTarget) => Promise<ResetOutcome | undefined>;
  /**
   * Destroys what is connected to an address that is not on this node: all of it is stale. Does nothing where the address
   * is on the node, or where CTDB's own commands do the work, which leave such connections be.
   */
  readonly destroyStale: (ip: string) => Promise<void>;
}

/** How an address is deleted. */
export interface DeleteOptions {
  /** Whether nothing is said of what the kernel says. */
  readonly quiet: boolean;
  /** Whether it takes back what this event did, which is done even when the event was told to stop. */
  readonly isUndo?: boolean;
}

/** What a block is for. */
export interface Block {
  readonly iface: string;
  readonly ip: string;
  readonly packets: BlockedPackets;
}

/** Whose connections are reset, and how. */
export interface ResetTarget {
  readonly iface: string;
  readonly ip: string;
  readonly useSsKill: UseSsKill;
}
