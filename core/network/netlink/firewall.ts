import { isIpv6 } from '../../events/address.ts';
import { dropNewConnections } from './drop-new-connections.ts';
import { familyOfIp, ipBytes, ipText } from './ip-bytes.ts';
import type { Kernel } from './kernel.ts';
import { isKernelError } from './kernel-error.ts';
import type { Message } from './message.ts';
import {
  addAddressSet,
  addElement,
  addInputChain,
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

/** The table of our own; the `commands` network has other sets and a chain in it. */
const table = 'ctdb_hook';
const chain = 'releasing';
const sets = {
  ipv4: { table, name: 'releasing4', family: 'ipv4', id: 1 },
  ipv6: { table, name: 'releasing6', family: 'ipv6', id: 2 },
} as const satisfies Readonly<Record<string, AddressSet>>;

/** Those of the `commands` network, where there is no iptables: their elements have no timeout. */
const setsOfCommands = {
  ipv4: { table, name: 'blocked4', family: 'ipv4', id: 3 },
  ipv6: { table, name: 'blocked6', family: 'ipv6', id: 4 },
} as const satisfies Readonly<Record<string, AddressSet>>;

/**
 * How long a block lasts that nobody lifts, in milliseconds, so that the block of a killed process ends by itself: longer than
 * an event may take (EventScriptTimeout is 30 s), but of an address that comes next and is still served not much longer
 * than it is relied upon.
 */
const timeoutsMs = { released: 60_000, next: 5_000 } as const;

/** Blocks of new connections to addresses, each an element of a set of nftables. */
export class Firewall {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Drops new connections to an address that is released, and for a while to those that come next: to all of them or to none.
   * Makes the table first where it is missing: it is made when first needed, and anybody who loads a ruleset may flush it.
   * Throws KernelError, SocketError.
   */
  block(ip: string, next: readonly string[] = []): void {
    const added = [
      addElement(setOf(ip), ipBytes(ip), timeoutsMs.released),
      ...next.map((each) => addElement(setOf(each), ipBytes(each), timeoutsMs.next)),
    ];
    // The timeout of an element that a killed release left would not begin anew.
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

  /** Those of these addresses that are blocked. Throws KernelError, SocketError. */
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
   * Lifts the block of an address, of this network or of `commands`; there need not be one, unless `isKnown`, which saves
   * asking. Throws KernelError, SocketError.
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

  /** Asked before anything is deleted: to undo a transaction that failed takes the kernel 8 ms, to answer this 10 us. */
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
  addInputChain(table, chain),
  flushRules(table, chain),
  ...Object.values(sets).map((set) => addRule(table, chain, dropNewConnections(set))),
];
