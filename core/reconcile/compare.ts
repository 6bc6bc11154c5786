import type { PublicAddress } from '../events/address.ts';
import type { HeldAddress } from '../ledger/held.ts';
import { isAmong } from '../ledger/is-among.ts';
import { isNoAnswer, type CtdbView, type NoAnswer, type Views } from './views.ts';

/** Who hosts an address, as ctdbd says: this node, another by its number, no node; `unknown` is an address it does not have. */
export type HostingNode = 'this node' | number | 'no node' | 'unknown';

/** An address of which the three do not say the same. What somebody says who was not heard is undefined. */
export interface Difference {
  readonly ip: string;
  /** Where the ledger has it, or null if nowhere. */
  readonly ledger: PublicAddress | null | undefined;
  /** Where the kernel has it. */
  readonly kernel: readonly HeldAddress[] | undefined;
  readonly ctdb: HostingNode | undefined;
  /** Whether the ledger has it otherwise than the kernel. */
  readonly isLedgerWrong: boolean;
  /** Whether it is on this node though ctdbd does not host it here, or not on it though ctdbd does. */
  readonly onNode: 'left over' | 'missing' | undefined;
}

/** All addresses of which the three do not say the same, byte by byte. Who was not heard does not disagree. */
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

/** An address can be on two interfaces at once: where the ledger has it counts. */
const isWrong = (ledger: PublicAddress | null, kernel: readonly HeldAddress[]): boolean =>
  ledger === null ? kernel.length > 0 : !isAmong(ledger, kernel);

/** Where the kernel could not be asked, the ledger is the next best. */
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
