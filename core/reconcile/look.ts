import { setTimeout as delay } from 'node:timers/promises';
import { askCtdb, type CtdbCommand } from './ask-ctdb.ts';
import { compareWords, type Difference } from './compare.ts';
import { isUnheard, type Words } from './words.ts';
import type { AddressBook } from '../run/address-book.ts';

/** With what the three are asked. */
export interface Witnesses {
  readonly book: Pick<AddressBook, 'findWords' | 'isKept'>;
  /** Whether a plugin is enabled that could hear of addresses. */
  readonly hasPlugins: boolean;
  readonly ctdb: CtdbCommand;
}

/** What was seen. */
export interface Sight {
  readonly words: Words;
  readonly differences: readonly Difference[];
}

/** Between two looks, in milliseconds: an address is on its way from one node to another for less. */
const pauseMs = 1_000;

/**
 * Asks ledger, kernel and ctdbd, and compares. What differs is looked at a second time, since they differ in passing while
 * an address is taken or released; what is told is what was so both times.
 */
export async function look(witnesses: Witnesses): Promise<Sight> {
  const first = await lookOnce(witnesses);
  if (first.differences.length === 0) return first;
  // Told to stop, it goes on at once: commands end by themselves then, which is told.
  await delay(pauseMs, undefined, { signal: witnesses.ctdb.signal }).catch(() => undefined);
  const second = await lookOnce(witnesses);
  const before = new Set(first.differences.map((difference) => JSON.stringify(difference)));
  const lasting = second.differences.filter((difference) => before.has(JSON.stringify(difference)));
  return { ...second, differences: lasting };
}

/** What it had would be of another time; and nobody relies on it. */
const unkept = {
  why: 'the ledger, which nobody keeps: no plugin has heard of addresses since ctdbd started',
  isExpected: true,
} as const;

async function lookOnce({ book, ctdb, hasPlugins }: Witnesses): Promise<Sight> {
  // The slowest is asked first, so that the other two are of one moment.
  const answer = await askCtdb(ctdb);
  const hosted = isUnheard(answer) ? [] : [...answer.hosts.keys()];
  const { ledger, kernel } = await book.findWords(hosted);
  const words = {
    ledger: hasPlugins && book.isKept() ? (ledger ?? { why: 'the ledger could not be read' }) : unkept,
    kernel: kernel ?? { why: 'the kernel could not be asked for its addresses' },
    ctdb: answer,
  };
  return { words, differences: compareWords(words) };
}
