import type { HistoryRun } from './record.ts';

/**
 * A run that differs from an earlier one of the same file in its times and arguments only: the `id` of that, `beginMs`,
 * `waitedMs`, `tookMs`, `tookMs` of each entry, and the arguments. It takes a tenth of the space.
 */
export type ShortRun = readonly [
  id: string,
  beginMs: number,
  waitedMs: number,
  tookMs: number,
  eachMs: readonly number[],
  ...argv: string[],
];

/** Whether what was read is one. */
export function isShortRun(read: readonly unknown[]): read is ShortRun {
  const [id, beginMs, waitedMs, tookMs, eachMs, ...argv] = read;
  return (
    typeof id === 'string' &&
    [beginMs, waitedMs, tookMs].every(isMilliseconds) &&
    Array.isArray(eachMs) &&
    eachMs.every(isMilliseconds) &&
    argv.every((word) => typeof word === 'string')
  );
}

const isMilliseconds = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** The whole run that it means. */
export function wholeRun(short: ShortRun, like: HistoryRun): HistoryRun {
  const [, beginMs, waitedMs, tookMs, eachMs, ...argv] = short;
  let afterMs = 0;
  const entries = like.entries.map(({ name, kind, result, output }, index) => {
    const each = { name, kind, afterMs, tookMs: eachMs[index] ?? 0, result };
    afterMs += each.tookMs;
    return output === undefined ? each : { ...each, output };
  });
  const { kind, event, by, result } = like;
  return { kind, event, argv, by, beginMs, waitedMs, tookMs, result, entries };
}
