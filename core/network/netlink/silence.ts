import { isIpv6 } from '../../events/address.ts';
import { dropAllFrom } from './drop-rules.ts';
import { ipBytes } from './ip-bytes.ts';
import type { Kernel } from './kernel.ts';
import type { Message } from './message.ts';
import {
  addAddressSet,
  addChain,
  addElement,
  addRule,
  addTable,
  deleteElement,
  flushRules,
  transaction,
  type AddressSet,
} from './nftables-message.ts';
import { ownTable as table } from './own-table.ts';

const chain = 'silent';
const set: AddressSet = { table, name: 'silent6', family: 'ipv6', id: 1 };

/** How long an address is silent if nobody ends that, in milliseconds. To destroy thousands of sockets takes less. */
const timeoutMs = 1_000;

/**
 * Does something, while nothing is sent from an address that has left. By IPv6 the kernel sends a reset from an address that
 * it does not have any more, when it destroys a socket. By IPv4 it does not. Throws what `work` throws.
 *
 * @param attempt makes a change of the kernel, and says if it failed. Then `work` is done all the same.
 */
export function inSilence<T>(
  kernel: Kernel,
  ip: string,
  attempt: (change: () => void) => boolean,
  work: () => T,
): T {
  if (!isIpv6(ip)) return work();
  const bytes = ipBytes(ip);
  const change = (...messages: readonly Message[]): boolean =>
    attempt(() => {
      if (kernel.hasNetfilter) kernel.netfilter.transact(transaction(messages));
    });
  const isSilent = change(...setUp, addElement(set, bytes, timeoutMs));
  try {
    return work();
  } finally {
    if (isSilent) change(deleteElement(set, bytes));
  }
}

/** One transaction: the chain is never without its rule. */
const setUp = [
  addTable(table),
  addAddressSet(set),
  addChain(table, chain, 'output'),
  flushRules(table, chain),
  addRule(table, chain, dropAllFrom(set)),
];
