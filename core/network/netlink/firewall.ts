import { isIpv6 } from '../../events/address.ts';
import { dropNewConnections } from './drop-rules.ts';
import { familyOfIp, ipBytes, ipText } from './ip-bytes.ts';
import type { Kernel } from './kernel.ts';
import { isKernelError } from './kernel-error.ts';
import type { Message } from './message.ts';
import {
  addAddressSet,
  addElement,
  addChain,
  addRule,
  addTable,
  deleteElement,
  flushElements,
  flushRules,
  getElement,
  getElements,
  getRules,
  takeElements,
  transaction,
  type AddressSet,
} from './nftables-message.ts';
import { ownTable as table } from './own-table.ts';

const chain = 'releasing';
const sets = {
  ipv4: { table, name: 'releasing4', family: 'ipv4', id: 1 },
  ipv6: { table, name: 'releasing6', family: 'ipv6', id: 2 },
} as const satisfies Readonly<Record<string, AddressSet>>;

/** The sets of the `commands` network, which it uses where iptables is missing. Their elements have no timeout. */
const setsOfCommands = {
  ipv4: { table, name: 'blocked4', family: 'ipv4', id: 3 },
  ipv6: { table, name: 'blocked6', family: 'ipv6', id: 4 },
} as const satisfies Readonly<Record<string, AddressSet>>;

/**
 * How long a block lasts if nobody lifts it, in milliseconds, so that the block of a killed process ends by itself. For the
 * address that is released it is longer than an event may take (EventScriptTimeout is 30 s). An address that comes next is
 * still served, so its block lasts not much longer than it is relied upon.
 */
const timeoutsMs = { released: 60_000, next: 5_000 } as const;

/** Blocks of new connections to addresses. Each block is an element of a set of nftables. */
export class Firewall {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Drops new connections to an address that is released, and for a shorter time to the addresses that come next: to all of
   * them or to none. It makes the table first where it is missing, since anybody who loads a ruleset may flush it. Throws
   * KernelError, SocketError.
   */
  block(ip: string, next: readonly string[] = []): void {
    const added = [
      addElement(setOf(ip), ipBytes(ip), timeoutsMs.released),
      ...next.map((each) => addElement(setOf(each), ipBytes(each), timeoutsMs.next)),
    ];
    // An element that a killed release left is deleted first: adding it again would not restart its timeout.
    const left = [ip, ...next].filter((each) => this.#isIn(setOf(each), each));
    try {
      // Without its rules the table blocks nothing: `nft flush table` leaves the sets.
      if (!this.#hasRules()) this.#transact(setUp);
      this.#transact([...left.map((each) => deleteElement(setOf(each), ipBytes(each))), ...added]);
    } catch (error) {
      if (!isKernelError(error, 'ENOENT')) throw error;
      this.#transact([...setUp, ...added]);
    }
  }

  /** The blocked ones of these addresses. Throws KernelError, SocketError. */
  findBlocked(ips: readonly string[]): ReadonlySet<string> {
    const wanted = new Set(ips);
    const found = [...new Set(ips.flatMap(setsOf))].flatMap((set) => this.#findElements(set));
    return new Set(found.filter((ip) => wanted.has(ip)));
  }

  #findElements(set: AddressSet): string[] {
    try {
      return this.#kernel.netfilter.dump(getElements(set), takeElements).flat().map(ipText);
    } catch (error) {
      if (isKernelError(error, 'ENOENT')) return []; // The table is made when it is first needed.
      throw error;
    }
  }

  /**
   * Lifts the block of an address, whether this network or `commands` made it. There need not be a block, unless `isKnown`,
   * which saves a question. Throws KernelError, SocketError.
   */
  unblock(ip: string, isKnown = false): void {
    const left = isKnown ? [setOf(ip)] : setsOf(ip).filter((set) => this.#isIn(set, ip));
    if (left.length > 0) this.#transactIfThere(left.map((set) => deleteElement(set, ipBytes(ip))));
  }

  /** Lifts all blocks of both networks. Throws KernelError, SocketError. */
  unblockAll(): void {
    const all: readonly AddressSet[] = [...Object.values(sets), ...Object.values(setsOfCommands)];
    const filled = all.filter((set) => this.#findElements(set).length > 0);
    if (filled.length > 0) this.#transactIfThere(filled.map(flushElements));
  }

  /** Whether nftables has a rule for an address where iptables puts its rules. Throws KernelError, SocketError. */
  mayHaveIptablesRule(ip: string): boolean {
    const bytes = ipBytes(ip);
    const asked = getRules('filter', 'INPUT', familyOfIp(ip));
    return this.#kernel.netfilter.dump(asked, () => true, { containing: bytes }).length > 0;
  }

  #hasRules(): boolean {
    const found = this.#kernel.netfilter.dump(getRules(table, chain), () => true);
    return found.length === Object.values(sets).length;
  }

  /**
   * Whether an address is in a set. This is asked before a delete: the kernel takes 8 ms to undo a transaction that failed,
   * and 10 us to answer this.
   */
  #isIn(set: AddressSet, ip: string): boolean {
    return this.#kernel.netfilter.exists(getElement(set, ipBytes(ip)));
  }

  #transactIfThere(messages: readonly Message[]): void {
    try {
      this.#transact(messages);
    } catch (error) {
      if (!isKernelError(error, 'ENOENT')) throw error;
    }
  }

  #transact(messages: readonly Message[]): void {
    this.#kernel.netfilter.transact(transaction(messages));
  }
}

const setOf = (ip: string): AddressSet => (isIpv6(ip) ? sets.ipv6 : sets.ipv4);

const setsOf = (ip: string): readonly AddressSet[] => [
  setOf(ip),
  isIpv6(ip) ? setsOfCommands.ipv6 : setsOfCommands.ipv4,
];

/** One transaction: the table is never without its rules. */
const setUp: readonly Message[] = [
  addTable(table),
  addAddressSet(sets.ipv4),
  addAddressSet(sets.ipv6),
  addChain(table, chain, 'input'),
  flushRules(table, chain),
  ...Object.values(sets).map((set) => addRule(table, chain, dropNewConnections(set))),
];
