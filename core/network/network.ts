import type { PublicAddress } from '../events/address.ts';

/** An address and its real place. */
export interface HostedAddress extends PublicAddress {
  /** The name for messages and commands: the one that was asked for, if it names this interface, else the kernel's. */
  readonly iface: string;
  /** The kernel's name of the interface, where `iface` may be an altname. */
  readonly device: string;
  /** The other end of a point-to-point address, to which `maskBits` belongs then. */
  readonly peer?: string;
}

/** The state of an address. An IPv6 address is `tentative` until duplicate address detection has found no other owner. */
export type AddressState = 'usable' | 'tentative' | 'duplicate' | 'missing';

/** A network interface. */
export interface Link {
  /** The kernel's name of it, where the one asked for may be an altname. */
  readonly device: string;
  /** The interface below a virtual one, such as `bond0` for the VLAN `bond0.7@bond0`. It may be no interface of this node. */
  readonly over?: string;
}

/** What /proc/net/bonding says about a bond. */
export interface Bond {
  /** Whether no slave is active (active-backup). */
  readonly noActiveSlave: boolean;
  /** Whether any line says that MII is up, the bond's own or a slave's. */
  readonly anyUp: boolean;
  /** Whether it is an 802.3ad bond, whose own status can be up with no slave up. */
  readonly is8023ad: boolean;
  /** Whether the MII status of any slave is up. */
  readonly anySlaveUp: boolean;
}

/** An established TCP connection. Each end is `address:port`, with IPv6 addresses in brackets and mapped IPv4 ones as IPv4. */
export interface Connection {
  /** The end on this node. */
  readonly server: string;
  readonly client: string;
}

/** Whether a node knows the connections to an address that it takes next, and wakes up their clients then. */
export type NextNodeTold =
  /** It does. */
  | { readonly isTold: true }
  /** It does not. `why` is undefined if that is as it should be: there is no ctdbd, or no node that could take the address. */
  | { readonly isTold: false; readonly why?: string };

/** CTDB_KILLTCP_USE_SS_KILL: whether the kernel destroys sockets (`ss -K`), ctdb_killtcp resets connections, or both. */
export type UseSsKill = 'no' | 'try' | 'yes';

/** The result of one try to reset the connections to an address. */
export type ResetOutcome =
  | {
      readonly kind: 'counted';
      readonly killed: number;
      /** How many there were before. */
      readonly total: number;
      readonly remaining: readonly Connection[];
      /** The tool, if the message should name it. */
      readonly using?: 'ss -K' | 'ctdb_killtcp';
    }
  | { readonly kind: 'failed' };

/**
 * Which packets to an address a block drops.
 *
 * If the kernel destroys the sockets, the block has to be `new connections`. If it dropped every packet, a client whose
 * reset was lost would stay connected for good. ctdb_killtcp works with both.
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
 * Members named `find...` observe; the others change the node. When a member returns false, the output of the event has the
 * message of the kernel or the tool.
 *
 * @example
 * export default definePlugin({
 *   takeip() {},
 *   async releaseip({ ip }, { network, log }) {
 *     const connections = await network.findConnections(ip);
 *     if (connections !== undefined) log(`${connections.length} connections to ${ip}`);
 *   },
 *   ipreallocated() {},
 * });
 */
export interface Network {
  /** The implementation, as CTDB_HOOK_NETWORK has it. */
  readonly name: NetworkName;
  /** Why it is this implementation and not the other, for the log: `koffi does not load: ...`. */
  readonly why?: string;

  /** Equivalent to: `ip -br link show $iface`. Undefined if there is no such interface. */
  readonly findLink: (iface: string) => Promise<Link | undefined>;
  /** Whether the interface has a carrier. Equivalent to: `ethtool $iface`. */
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
   * The result of duplicate address detection. This waits for its end, at most `timeoutMs`.
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
   * Deletes an address wherever `findAddress` has seen it, and keeps the other addresses of its subnet. The kernel lets it
   * be on several interfaces, and several times on one, with other masks or peers. True if all these copies are gone.
   *
   * Equivalent to: `sysctl net.ipv4.conf.$device.promote_secondaries=1; ip addr del $ip/$maskBits dev $iface`.
   */
  readonly deleteAddress: (address: HostedAddress, options?: DeleteOptions) => Promise<boolean>;
  /** Equivalent to: `sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1`, where the kernel has them. */
  readonly flushRoutes: () => Promise<void>;

  /** Drops packets to an address that come in through an interface. Equivalent to: `iptables -I INPUT ... -j DROP`. */
  readonly block: (where: Block) => Promise<boolean>;
  /**
   * Lifts a block. If the block was not made here, this lifts whatever blocks the address, through any interface; there
   * need not be one. A failure is said. Equivalent to: `iptables -D INPUT ... -j DROP`.
   */
  readonly unblock: (where: Block) => Promise<void>;
  /**
   * Lifts the blocks of these addresses that killed releases left: ours, of either network, and those of CTDB's own script.
   * Equivalent to: `iptables -S INPUT`, and `iptables -D` of what is found; `nft delete element inet ctdb_hook $set { $ip
   * }`.
   */
  readonly unblockAll: (ips: readonly string[]) => Promise<void>;

  /**
   * The established connections to an address, in the kernel's order. Undefined if they could not be found out.
   *
   * Equivalent to: `ss -tnH state established "src [$ip]"`.
   */
  readonly findConnections: (ip: string) => Promise<readonly Connection[] | undefined>;
  /**
   * Resets the connections to an address that is still on the node, and counts afterwards what is left.
   *
   * The result of each try comes before the next one begins. There is no result if there was nothing to do. Equivalent to:
   * `ss -K state established src $ip`, or `ctdb_killtcp $iface`.
   */
  readonly resetConnections: (target: ResetTarget) => AsyncIterable<ResetOutcome>;
  /**
   * Destroys, where that is possible, what was still connected to an address when it was deleted. If `resetConnections`
   * began a try that can only end now, this answers its result: it concerns the server's ends of connections whose clients
   * are not told here.
   */
  readonly resetStragglers: (target: ResetTarget) => Promise<ResetOutcome | undefined>;
  /**
   * Destroys what is connected to an address that is not on this node: all of it is stale. It does nothing if the address
   * is on the node, or if CTDB's own commands do the work, which leave such connections as they are.
   */
  readonly destroyStale: (ip: string) => Promise<void>;
}

/** How an address is deleted. */
export interface DeleteOptions {
  /** Whether the kernel's messages are not shown. */
  readonly quiet: boolean;
  /** Whether it undoes what this event did. This is done even if the event was told to stop. */
  readonly isUndo?: boolean;
}

/** What a block applies to. */
export interface Block {
  readonly iface: string;
  readonly ip: string;
  readonly packets: BlockedPackets;
}

/** The address whose connections are reset, and how. */
export interface ResetTarget {
  readonly iface: string;
  readonly ip: string;
  readonly useSsKill: UseSsKill;
  /**
   * Is called with the connections that there are, if any, before the first of them is reset. Answers whether another node
   * will tell their clients. Then only the server's ends are reset, and the count comes after the address has left. It is not
   * called where commands reset the connections.
   */
  readonly willBeTickled?: (connections: readonly Connection[]) => Promise<boolean>;
}
