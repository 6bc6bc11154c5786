import { readHistory, type Unreadable, type Wanted } from '../../core/history/history-reader.ts';
import type { HistoryPlace } from '../../core/history/history-place.ts';
import { HistoryWriter } from '../../core/history/history-writer.ts';
import type { HistoryNote, HistoryRun } from '../../core/history/record.ts';
import { patienceMs } from '../support/eventd-node.ts';

/** Some time in 2026. */
export const someMs = Date.UTC(2026, 10, 30, 3);

/** A run; what is not given is that of a `monitor` without entries. */
export const runOf = (given: Partial<HistoryRun> = {}): HistoryRun => ({
  kind: 'run',
  event: 'monitor',
  argv: [],
  by: 'daemon',
  beginMs: someMs,
  waitedMs: 0,
  tookMs: 3,
  result: 0,
  entries: [],
  ...given,
});

/** A place that no test fills. */
export const placeIn = (directory: string, given: Partial<HistoryPlace> = {}): HistoryPlace => ({
  directory,
  bytesMax: 2 ** 26,
  daysMax: 30,
  ...given,
});

/** Writes records as one process does. Answers what it reported. */
export async function writeHistory(
  place: HistoryPlace,
  records: readonly (HistoryRun | HistoryNote)[],
): Promise<readonly string[]> {
  const reports: string[] = [];
  const writer = new HistoryWriter(place, (message) => reports.push(message));
  for (const record of records) writer.add(record);
  await writer.close(patienceMs);
  return reports;
}

/** What is in a history, without the names by which records are named in their files. */
export const historyIn = (
  directory: string,
  wanted: Partial<Wanted> = {},
): (HistoryRun | HistoryNote | Unreadable)[] =>
  [...readHistory(directory, { sinceMs: 0, untilMs: Infinity, hasNotes: true, ...wanted })].map((record) => {
    if (record.kind !== 'run') return record;
    const { id: _id, ...run } = record;
    return run;
  });
