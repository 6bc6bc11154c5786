import type { HistoryEntry } from './record.ts';

/** What may be counted at an entry, in the order in which a `ShortRun` has it. */
export const entryCounts = ['connectionsKilled', 'connectionsLeft', 'changesTold'] as const;

const none: readonly (typeof entryCounts)[number][] = [];

/** Those that an entry has. Most have none. */
export const countsOf = (entry: HistoryEntry): readonly (typeof entryCounts)[number][] =>
  entry.connectionsKilled === undefined &&
  entry.connectionsLeft === undefined &&
  entry.changesTold === undefined
    ? none
    : entryCounts.filter((name) => entry[name] !== undefined);
