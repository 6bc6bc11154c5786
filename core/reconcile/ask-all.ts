import { setTimeout as delay } from 'node:timers/promises';
import { askCtdb, type CtdbCommand } from './ask-ctdb.ts';
import { compareViews, type Difference } from './compare.ts';
import { isNoAnswer, type Views } from './views.ts';
import type { LedgerAccess } from '../run/state/ledger-access.ts';

/** With what the three are asked. */
export interface ViewSources {
  readonly book: Pick<LedgerAccess, 'findWords' | 'isKept'>;
  /** Whether a plugin is enabled that could hear of addresses. */
  readonly hasPlugins: boolean;
  readonly ctdb: CtdbCommand;
}

/** What was seen. */
export interface AllViews {
  readonly views: Views;
  readonly differences: readonly Difference[];
}

/** Between two looks, in milliseconds: an address is on its way from one node to another for less. */
const pauseMs = 1_000;

/**
 * Asks ledger, kernel and ctdbd, and compares. What differs is looked at a second time, since they differ in passing while
 * an address is taken or released; what is told is what was so both times.
 */
export async function askForViews(sources: ViewSources): Promise<AllViews> {
  const first = await askOnce(sources);
  if (first.differences.length === 0) return first;
  // Told to stop, it goes on at once: commands end by themselves then, which is told.
  await delay(pauseMs, undefined, { signal: sources.ctdb.signal }).catch(() => undefined);
  const second = await askOnce(sources);
  const before = new Set(first.differences.map((difference) => JSON.stringify(difference)));
  const lasting = second.differences.filter((difference) => before.has(JSON.stringify(difference)));
  return { ...second, differences: lasting };
}

/** What it had would be of another time; and nobody relies on it. */
const unkept = {
  why: 'the ledger, which nobody keeps: no plugin has heard of addresses since ctdbd started',
  isExpected: true,
} as const;

async function askOnce({ book, ctdb, hasPlugins }: ViewSources): Promise<AllViews> {
  // The slowest is asked first, so that the other two are of one moment.
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
