import type { HistoryRun } from './record.ts';

/** What a run has in common with those that are alike: all but arguments and times. */
export const formOf = ({ event, by, result, entries }: HistoryRun): string =>
  JSON.stringify([
    event,
    by,
    result,
    ...entries.map((each) => [each.name, each.kind, each.result, each.output]),
  ]);
