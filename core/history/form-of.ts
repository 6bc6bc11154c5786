import { countsOf } from './entry-counts.ts';
import type { HistoryEntry, HistoryRun } from './record.ts';

/** What a run has in common with those that are alike: all but arguments, times, and how much was counted. To be compared only. */
export function formOf({ event, by, result, entries, moved }: HistoryRun): string {
  let form = `${event.length}:${event} ${by} ${result} ${moved === undefined ? '' : JSON.stringify(moved)}`;
  for (const entry of entries) form += formOfEntry(entry);
  return form;
}

/** The name of a file has no slash; lengths say where other texts end. */
function formOfEntry(entry: HistoryEntry): string {
  const { name, kind, result, output } = entry;
  const counts = countsOf(entry);
  const said = output === undefined ? '' : `${output.length}:${output}`;
  return `/${name}/${kind} ${result} ${counts.length === 0 ? '' : counts.join(' ')}/${said}`;
}
