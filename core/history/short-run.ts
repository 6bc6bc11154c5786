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

/** A search makes millions of them: so without copies of what is not needed. */
function wholeEntries(numbers: readonly number[], like: readonly HistoryEntry[]): HistoryEntry[] {
  let at = like.length;
  for (const each of like) at += countsOf(each).length;
  let count = like.length;
  let endMs = 0;
  return like.map((each, index) => {
    const afterMs = numbers[at + index] ?? endMs;
    const tookMs = numbers[index] ?? 0;
    endMs = afterMs + tookMs;
    const entry: HistoryEntry = { name: each.name, kind: each.kind, afterMs, tookMs, result: each.result };
    if (each.output !== undefined) entry.output = each.output;
    for (const name of countsOf(each)) {
      entry[name] = numbers[count] ?? 0;
      count += 1;
    }
    return entry;
  });
}
