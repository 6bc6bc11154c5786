import { setTimeout as delay } from 'node:timers/promises';
import { askCtdb, type CtdbCommand } from './ask-ctdb.ts';
import { compareViews, type Difference } from './compare.ts';
import { isNoAnswer, type Views } from './views.ts';
import type { LedgerAccess } from '../run/state/ledger-access.ts';

/** What is needed to ask ledger, kernel and ctdbd. */
export interface ViewSources {
  readonly book: Pick<LedgerAccess, 'findWords' | 'isKept'>;
  /** Whether a plugin is enabled that could act on addresses. */
  readonly hasPlugins: boolean;
  readonly ctdb: CtdbCommand;
}

/** The answers of the three, and how they differ. */
export interface AllViews {
  readonly views: Views;
  readonly differences: readonly Difference[];
}

/** The pause between two looks, in milliseconds. An address moves from one node to another in less time. */
const pauseMs = 1_000;

/**
 * Asks ledger, kernel and ctdbd, and compares. If they differ, it looks a second time, because they differ for a moment
 * while an address is taken or released. It answers the differences that were there both times.
 */
export async function askForViews(sources: ViewSources): Promise<AllViews> {
  const first = await askOnce(sources);
  if (first.differences.length === 0) return first;
  // After a signal to stop, this goes on at once. The commands end then, and this is reported.
  await delay(pauseMs, undefined, { signal: sources.ctdb.signal }).catch(() => undefined);
  const second = await askOnce(sources);
  const before = new Set(first.differences.map((difference) => JSON.stringify(difference)));
  const lasting = second.differences.filter((difference) => before.has(JSON.stringify(difference)));
  return { ...second, differences: lasting };
}

/** The answer for a ledger that is not kept. Its content would be old, and nobody relies on it. */
const unkept = {
  why: 'the ledger, which nobody keeps: no plugin has heard of addresses since ctdbd started',
  isExpected: true,
} as const;

async function askOnce({ book, ctdb, hasPlugins }: ViewSources): Promise<AllViews> {
  // The slowest one is asked first, so that the other two are asked at nearly the same moment.
  const answer = await askCtdb(ctdb);
  const hosted = isNoAnswer(answer) ? [] : [...answer.hosts.keys()];
  const { ledger, kernel } = await book.findWords(hosted);
  const views = {
    ledger: hasPlugins && book.isKept() ? (ledger ?? { why: 'the ledger could not be read' }) : unkept,
    kernel: kernel ?? { why: 'the kernel could not be asked for its addresses' },
    ctdb: answer,
  };
  return { views, differences: compareViews(views) };
}
