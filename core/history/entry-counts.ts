import type { HistoryEntry } from './record.ts';

/** What may be counted at an entry, in the order in which a `ShortRun` has it. */
export const entryCounts = ['connectionsKilled', 'connectionsLeft', 'changesTold'] as const;

/** Those that an entry has. */
export const countsOf = (entry: HistoryEntry): (typeof entryCounts)[number][] =>
  entryCounts.filter((name) => entry[name] !== undefined);
