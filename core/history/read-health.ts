import { scriptResults } from '../process/exit-code.ts';
import { readHistoryBackward } from './history-reader.ts';
import type { HistoryRun } from './record.ts';

/** What the history knows of a node's health. */
export interface HistoryHealth {
  readonly isHealthy: boolean;
  /** Begin of the first monitor in a row that found so, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** Whether the monitor before is known, which found otherwise. If not, it may be so for longer. */
  readonly isSinceKnown: boolean;
  /** The last monitor that was not cancelled. */
  readonly last: HistoryRun;
  /** What each entry usually takes at monitor, in milliseconds: the median of those in the newest file. */
  readonly usualMs: ReadonlyMap<string, number>;
}

/**
 * Reads how the last monitors of the event daemon ended. Undefined if there is none.
 *
 * @throws the error of the file system, such as EACCES.
 */
export function readHealth(directory: string): HistoryHealth | undefined {
  let last: HistoryRun | undefined;
  let first: HistoryRun | undefined;
  let usualMs = new Map<string, number>();
  const wanted = { sinceMs: 0, untilMs: Infinity, hasNotes: false, event: 'monitor' };
  for (const records of readHistoryBackward(directory, wanted)) {
    const monitors = records.filter(
      (record) =>
        record.kind === 'run' && record.by === 'daemon' && record.result !== scriptResults.cancelled, // It says nothing.
    ) as HistoryRun[];
    if (last === undefined) usualMs = mediansOf(monitors);
    for (const monitor of monitors.toReversed()) {
      last ??= monitor;
      if (isOk(monitor) !== isOk(last)) return healthOf(first ?? last, last, true, usualMs);
      first = monitor;
    }
  }
  return last === undefined ? undefined : healthOf(first ?? last, last, false, usualMs);
}

const isOk = ({ result }: HistoryRun): boolean => result === 0;

const healthOf = (
  first: HistoryRun,
  last: HistoryRun,
  isSinceKnown: boolean,
  usualMs: ReadonlyMap<string, number>,
): HistoryHealth => ({ isHealthy: isOk(last), sinceMs: first.beginMs, isSinceKnown, last, usualMs });

function mediansOf(monitors: readonly HistoryRun[]): Map<string, number> {
  const all = Map.groupBy(
    monitors.flatMap(({ entries }) => entries),
    ({ name }) => name,
  );
  return new Map(
    [...all].map(([name, entries]) => {
      const sorted = entries.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
      return [name, sorted[sorted.length >> 1] ?? 0];
    }),
  );
}
