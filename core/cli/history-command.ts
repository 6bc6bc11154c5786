import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { readHistory, type Unreadable, type Wanted } from '../history/history-reader.ts';
import type { HistoryNote, HistoryRun } from '../history/record.ts';
import { sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { EntryTotals } from './entry-totals.ts';
import { HistoryLines } from './history-lines.ts';
import { ownHistoryDirectory } from './own-history.ts';
import { readTime } from './read-time.ts';

/**
 * `ctdb-hook history`: shows what was run on this node, and what the event daemon said beside.
 *
 * @returns 0, or 1 if there is no history, or something in it cannot be read.
 */
export async function historyCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.history.options });
  if (values.export !== undefined) {
    const { exportHistory } = await import('./export-history.ts');
    return exportHistory(values.export, words);
  }
  const nowMs = Date.now();
  const sinceMs = readTime('--since', values.since, nowMs);
  const untilMs = values.until === undefined ? Infinity : readTime('--until', values.until, nowMs);
  const slowerMs = values.slower === undefined ? 0 : readMilliseconds(values.slower);
  const { event, entry, failed: isFailed } = values;
  const hasNotes = !isFailed && slowerMs === 0 && (event ?? entry) === undefined;
  const view = viewOf(values);
  let status = 0;
  for (const record of recordsOf({ sinceMs, untilMs, hasNotes, event, entry, isFailed, slowerMs })) {
    if (record.kind === 'unreadable') {
      warn(`ctdb-hook: ${record.path}: ${record.why}`);
      status = 1;
    } else view.add(record);
  }
  view.end();
  return status;
}

/** What is done with the records. */
interface View {
  add(record: HistoryRun | HistoryNote): void;
  end(): void;
}

function viewOf({ entries, json, entry }: { entries: boolean; json: boolean; entry?: string }): View {
  if (entries) return new EntryTotals(sayLine, json, entry);
  if (!json) return new HistoryLines(sayLine, entry);
  return {
    add: (record) => {
      sayLine(JSON.stringify(record));
    },
    end: () => undefined,
  };
}

/** @throws UsageError if this node keeps none, or it is not for this user. */
function recordsOf(wanted: Wanted): Generator<HistoryRun | HistoryNote | Unreadable> {
  return readable(readHistory(ownHistoryDirectory('history'), wanted));
}

function* readable<T>(records: Iterable<T>): Generator<T> {
  try {
    yield* records;
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new UsageError(`history: ${error.message}`);
    throw error;
  }
}

function readMilliseconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--slower: "${text}", expected a number of milliseconds`);
}
