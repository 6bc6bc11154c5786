import { closeSync, openSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { exportVersion } from '../history/export-record.ts';
import type { HistoryNote, HistoryRun } from '../history/record.ts';
import { writeExport } from '../history/write-export.ts';
import { sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { packageVersion } from '../package/package-version.ts';
import { ownHistory } from './own-history.ts';
import { readTime } from './read-time.ts';
import { told } from './told.ts';
import { cannotWrite } from './write-new-file.ts';
import { writeWhole } from './write-whole.ts';

/** Most lines of ctdbd's log that go along: the last ones. */
const logMax = 20_000;

/**
 * `ctdb-hook history --export FILE`: writes the history of this node for `ctdb-hook timeline` elsewhere; all of it, if no --since says
 * otherwise. Answers the exit status.
 */
export async function exportHistory(path: string, words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.history.options });
  refuseFilters(values);
  const nowMs = Date.now();
  const isSinceGiven = words.some((word) => word === '--since' || word.startsWith('--since='));
  const sinceMs = isSinceGiven ? readTime('--since', values.since, nowMs) : 0;
  const untilMs = values.until === undefined ? nowMs : readTime('--until', values.until, nowMs);
  const history = await ownHistory('history');
  const problems: string[] = [];
  const records = function* (): Generator<HistoryRun | HistoryNote> {
    for (const record of history.read({ sinceMs, untilMs, hasNotes: true }))
      if (record.kind === 'unreadable') problems.push(`${record.path}: ${record.why}`);
      else yield record;
  };
  const header = {
    kind: 'export',
    version: exportVersion,
    node: history.name,
    ctdbHook: packageVersion(),
    madeMs: nowMs,
    zoneMinutes: -new Date().getTimezoneOffset(),
  } as const;
  const log = history.readLog(sinceMs, untilMs)?.slice(-logMax) ?? [];
  const count = writeTo(path, (write) =>
    told('history', () => writeExport({ header, records: records(), log }, write)),
  );
  if (path !== '-')
    sayLine(`${path}: ${count} records of ${history.name}, with what scripts said and addresses`);
  for (const problem of problems) warn(`ctdb-hook: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

/** A part of the runs would be taken for all there were. */
function refuseFilters({
  event,
  entry,
  failed,
  slower,
  entries,
  json,
}: {
  event?: string;
  entry?: string;
  failed: boolean;
  slower?: string;
  entries: boolean;
  json: boolean;
}): void {
  if ((event ?? entry ?? slower) !== undefined || failed || entries || json)
    throw new UsageError('history: only --since and --until go with --export: it has all runs of that time');
}

/** Writes to a new file, which is removed again if that fails, or to standard output. */
function writeTo<T>(path: string, work: (write: (text: string) => void) => T): T {
  if (path === '-')
    return told('history', () =>
      work((text) => {
        writeWhole(1, text);
      }),
    );
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    throw new UsageError(cannotWrite('--export', path, error), { cause: error });
  }
  try {
    return work((text) => {
      writeWhole(fd, text);
    });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}
