import type { EntryRecord, RunRecord } from '../run/run-event.ts';
import type { HistoryEntry, HistoryRun } from './record.ts';

/** Most of one entry's output that is kept. The rest is in CTDB's log. */
const outputMax = { lines: 8, characters: 1000 } as const;

/** A run as the history has it. */
export function historyRunOf(
  { event, waitedMs, begin, end, result, entries }: RunRecord,
  by: HistoryRun['by'],
): HistoryRun {
  return {
    kind: 'run',
    event: event.name,
    argv: [...event.argv],
    by,
    beginMs: begin.getTime(),
    waitedMs,
    tookMs: between(begin, end),
    result,
    entries: entries.map((record) => entryOf(record, begin)),
    ...movedOf(entries),
  };
}

function movedOf(entries: RunRecord['entries']): { moved?: string[] } {
  const moved = entries.flatMap(({ effects }) => effects?.moved ?? []);
  return moved.length === 0 ? {} : { moved };
}

function entryOf({ entry, begin, end, result, output, effects }: EntryRecord, began: Date): HistoryEntry {
  const first = firstOf(output);
  return {
    name: entry.name,
    kind: entry.kind,
    afterMs: between(began, begin),
    tookMs: between(begin, end),
    result,
    ...(first === '' ? {} : { output: first }),
    ...countsIn(effects),
  };
}

/** Most entries do nothing that is counted. */
function countsIn(effects: EntryRecord['effects']): Partial<HistoryEntry> {
  if (effects === undefined) return {};
  const { connectionsKilled, connectionsLeft, changesTold } = effects;
  return {
    ...(connectionsKilled + connectionsLeft > 0 && { connectionsKilled, connectionsLeft }),
    ...(changesTold > 0 && { changesTold }),
  };
}

/** The system's clock may be set back meanwhile. */
const between = (from: Date, to: Date): number => Math.max(0, to.getTime() - from.getTime());

function firstOf(output: Buffer): string {
  if (output.length === 0) return '';
  const text = output.toString('utf8', 0, 4 * outputMax.characters).slice(0, outputMax.characters);
  return text.split('\n', outputMax.lines).join('\n').trimEnd();
}
