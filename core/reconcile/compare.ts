import type { PublicAddress } from '../events/address.ts';
import type { HeldAddress } from '../ledger/held.ts';
import { isAmong } from '../ledger/is-among.ts';
import { isNoAnswer, type CtdbView, type NoAnswer, type Views } from './views.ts';

/**
 * The host of an address according to ctdbd: this node, another node by its number, or no node. ctdbd does not have an
 * `unknown` address.
 */
export type HostingNode = 'this node' | number | 'no node' | 'unknown';

/** An address about which the three do not agree. The answer of one that could not be asked is undefined. */
export interface Difference {
  readonly ip: string;
  /** The place according to the ledger; null if it is not held. */
  readonly ledger: PublicAddress | null | undefined;
  /** The places according to the kernel. */
  readonly kernel: readonly HeldAddress[] | undefined;
  readonly ctdb: HostingNode | undefined;
  /** Whether the ledger differs from the kernel. */
  readonly isLedgerWrong: boolean;
  /**
   * `left over`: the address is on this node, but ctdbd does not host it here. `missing`: ctdbd hosts it here, but it is
   * not on this node.
   */
  readonly onNode: 'left over' | 'missing' | undefined;
}

/** All addresses about which the three do not agree, ordered byte by byte. One that could not be asked does not disagree. */
export function compareViews(views: Views): readonly Difference[] {
  const ledger = isNoAnswer(views.ledger) ? undefined : new Map(views.ledger.map((held) => [held.ip, held]));
  const kernel = isNoAnswer(views.kernel) ? undefined : Map.groupBy(views.kernel, ({ ip }) => ip);
  const hosts = isNoAnswer(views.ctdb) ? [] : views.ctdb.hosts.keys();
  const ips = new Set([...(ledger?.keys() ?? []), ...(kernel?.keys() ?? []), ...hosts]);
  return [...ips]
    .sort()
    .map((ip) => {
      const inLedger = ledger && (ledger.get(ip) ?? null);
      return differenceOf(ip, inLedger, kernel && (kernel.get(ip) ?? []), hostOf(ip, views.ctdb));
    })
    .filter(({ isLedgerWrong, onNode }) => isLedgerWrong || onNode !== undefined);
}

function differenceOf(
  ip: string,
  ledger: Difference['ledger'],
  kernel: Difference['kernel'],
  ctdb: Difference['ctdb'],
): Difference {
  const isLedgerWrong = ledger !== undefined && kernel !== undefined && isWrong(ledger, kernel);
  return { ip, ledger, kernel, ctdb, isLedgerWrong, onNode: onNodeOf(isHere(ledger, kernel), ctdb) };
}

/** Whether the ledger is wrong. An address can be on two interfaces at once; the one in the ledger counts. */
const isWrong = (ledger: PublicAddress | null, kernel: readonly HeldAddress[]): boolean =>
  ledger === null ? kernel.length > 0 : !isAmong(ledger, kernel);

/** Whether the address is on this node. If the kernel could not be asked, the ledger is used. */
function isHere(ledger: Difference['ledger'], kernel: Difference['kernel']): boolean | undefined {
  if (kernel !== undefined) return kernel.length > 0;
  return ledger === undefined ? undefined : ledger !== null;
}

function onNodeOf(here: boolean | undefined, ctdb: HostingNode | undefined): Difference['onNode'] {
  if (here === undefined || ctdb === undefined || here === (ctdb === 'this node')) return undefined;
  return here ? 'left over' : 'missing';
}

function hostOf(ip: string, ctdb: CtdbView | NoAnswer): HostingNode | undefined {
  if (isNoAnswer(ctdb)) return undefined;
  const host = ctdb.hosts.get(ip);
  if (host === undefined) return 'unknown';
  if (host === ctdb.pnn) return 'this node';
  return host < 0 ? 'no node' : host;
}
