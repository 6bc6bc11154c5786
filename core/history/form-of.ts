import { countsOf } from './entry-counts.ts';
import type { HistoryRun } from './record.ts';

/** What a run has in common with those that are alike: all but arguments, times, and how much was counted. */
export const formOf = ({ event, by, result, entries, moved }: HistoryRun): string =>
  JSON.stringify([
    event,
    by,
    result,
    moved,
    ...entries.map((each) => [each.name, each.kind, each.result, each.output, ...countsOf(each)]),
  ]);
