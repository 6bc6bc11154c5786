import { countsOf } from './entry-counts.ts';
import type { HistoryEntry, HistoryRun } from './record.ts';

/**
 * A run that differs from an earlier one of the same file in its times, counts and arguments only: the `id` of that, `beginMs`,
 * `waitedMs`, `tookMs`, numbers of its entries, and the arguments. It takes a tenth of the space.
 *
 * The numbers are `tookMs` of each entry; then, if an entry has counts, these of each entry (see `entryCounts`); then `afterMs` of
 * each entry, if they did not follow each other at once. Readers of before know the first only, and ignore the others.
 */
export type ShortRun = readonly [
  id: string,
  beginMs: number,
  waitedMs: number,
  tookMs: number,
  numbers: readonly number[],
  ...argv: string[],
];

/** By how much an entry may begin later than those before it took, in milliseconds, and still count as begun at once. */
const atOnceMs = 4;

/** Whether what was read is one. */
export function isShortRun(read: readonly unknown[]): read is ShortRun {
  const [id, beginMs, waitedMs, tookMs, numbers, ...argv] = read;
  return (
    typeof id === 'string' &&
    [beginMs, waitedMs, tookMs].every(isCount) &&
    Array.isArray(numbers) &&
    numbers.every(isCount) &&
    argv.every((word) => typeof word === 'string')
  );
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** A run that is like another one, which has this `id`. */
export function shortRun(id: string, { beginMs, waitedMs, tookMs, entries, argv }: HistoryRun): ShortRun {
  const took = entries.map((entry) => entry.tookMs);
  const counts = entries.flatMap((entry) => countsOf(entry).map((name) => entry[name] ?? 0));
  return [id, beginMs, waitedMs, tookMs, [...took, ...counts, ...pauses(entries)], ...argv];
}

/** The begins of the entries, unless they tell nothing. */
function pauses(entries: readonly HistoryEntry[]): number[] {
  let endMs = 0;
  for (const { afterMs, tookMs } of entries) {
    if (Math.abs(afterMs - endMs) > atOnceMs) return entries.map((entry) => entry.afterMs);
    endMs += tookMs;
  }
  return [];
}

/** The whole run that it means. */
export function wholeRun(short: ShortRun, like: HistoryRun): HistoryRun {
  const [, beginMs, waitedMs, tookMs, numbers, ...argv] = short;
  const { kind, event, by, result, moved } = like;
  const entries = wholeEntries(numbers, like.entries);
  const run = { kind, event, argv, by, beginMs, waitedMs, tookMs, result, entries };
  return moved === undefined ? run : { ...run, moved };
}

function wholeEntries(numbers: readonly number[], like: readonly HistoryEntry[]): HistoryEntry[] {
  let at = like.length;
  const entries = like.map(({ name, kind, result, output, ...more }, index) => {
    const entry: HistoryEntry = { name, kind, afterMs: 0, tookMs: numbers[index] ?? 0, result };
    if (output !== undefined) entry.output = output;
    for (const count of countsOf({ ...entry, ...more })) {
      entry[count] = numbers[at] ?? 0;
      at += 1;
    }
    return entry;
  });
  let endMs = 0;
  for (const [index, entry] of entries.entries()) {
    entry.afterMs = numbers[at + index] ?? endMs;
    endMs = entry.afterMs + entry.tookMs;
  }
  return entries;
}
