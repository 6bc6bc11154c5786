import type { LogLine } from '../history/export-record.ts';
import type { Unreadable, Wanted } from '../history/history-reader.ts';
import type { HistoryNote, HistoryRun } from '../history/record.ts';

/** The history of one node, wherever it is read. */
export interface NodeHistory {
  /** The node's name. */
  readonly name: string;
  /** The file or directory. */
  readonly path: string;
  /** Until when it may have records, in milliseconds since 1970 by the node's clock. */
  readonly untilMs: number;
  readonly read: (wanted: Wanted) => Iterable<HistoryRun | HistoryNote | Unreadable>;
  /** The lines of ctdbd's log between these times; undefined if it cannot be read, such as where syslog has it. */
  readonly readLog: (sinceMs: number, untilMs: number) => readonly LogLine[] | undefined;
}
