import type { HistoryRun } from '../history/record.ts';

/** Runs of one event that followed each other and succeeded, or one run that did not, or that is worth a line of its own. */
export interface RunGroup {
  readonly runs: readonly HistoryRun[];
  readonly beginMs: number;
  readonly endMs: number;
}

/** What comes by the hundred in a takeover, and each quarter of a minute. */
const many: ReadonlySet<string> = new Set(['takeip', 'releaseip', 'updateip', 'monitor']);

/** Puts runs together that a person reads as one. Runs are given in the order of their begin. */
export function groupRuns(runs: readonly HistoryRun[]): RunGroup[] {
  const groups: HistoryRun[][] = [];
  for (const run of runs) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (before !== undefined && areAlike(before, run)) group?.push(run);
    else groups.push([run]);
  }
  return groups.map((group) => ({
    runs: group,
    beginMs: Math.min(...group.map(({ beginMs }) => beginMs)),
    endMs: Math.max(...group.map(({ beginMs, tookMs }) => beginMs + tookMs)),
  }));
}

const areAlike = (before: HistoryRun, run: HistoryRun): boolean =>
  many.has(run.event) &&
  before.event === run.event &&
  before.by === run.by &&
  before.result === 0 &&
  run.result === 0;
