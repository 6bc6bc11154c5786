import type { HistoryRun } from '../history/record.ts';

/** How far a node's clock is ahead of that of the first node. */
export interface Skew {
  /** Median, least and most, in milliseconds. */
  readonly ms: number;
  readonly leastMs: number;
  readonly mostMs: number;
  /** By how many shared events it was measured. */
  readonly events: number;
}

/** ctdbd asks all nodes for these at the same time. */
const shared: ReadonlySet<string> = new Set(['startrecovery', 'recovered', 'ipreallocated']);

/** Clocks that differ more are not compared: other events would be taken for the same. */
const skewMaxMs = 60_000;

/**
 * Measures the skew between two nodes by when ctdbd asked them for events that it asks all nodes for. Undefined if they have none
 * in common: that is said, and not guessed.
 */
export function findSkew(first: readonly HistoryRun[], other: readonly HistoryRun[]): Skew | undefined {
  const differences = [...shared].flatMap((event) =>
    differencesOf(askedFor(first, event), askedFor(other, event)),
  );
  const sorted = differences.filter((ms) => Math.abs(ms) <= skewMaxMs).toSorted((a, b) => a - b);
  const [leastMs, mostMs] = [sorted[0], sorted.at(-1)];
  if (leastMs === undefined || mostMs === undefined) return undefined;
  return { ms: sorted[sorted.length >> 1] ?? 0, leastMs, mostMs, events: sorted.length };
}

/** Where one node has fewer, nobody knows which of them are the same. */
const differencesOf = (ofFirst: readonly number[], ofOther: readonly number[]): number[] =>
  ofFirst.length === ofOther.length ? ofFirst.map((ms, index) => (ofOther[index] ?? ms) - ms) : [];

const askedFor = (runs: readonly HistoryRun[], event: string): number[] =>
  runs.filter((run) => run.event === event).map(({ beginMs, waitedMs }) => beginMs - waitedMs);
