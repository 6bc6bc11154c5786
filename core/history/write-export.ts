import { createHash } from 'node:crypto';
import type { ExportEnd, ExportHeader, LogLine } from './export-record.ts';
import { frame } from './frame.ts';
import type { HistoryNote, HistoryRun } from './record.ts';
import { RunShortener } from './run-shortener.ts';

/** What is to be exported. */
export interface ExportParts {
  readonly header: ExportHeader;
  readonly records: Iterable<HistoryRun | HistoryNote>;
  /** Lines of ctdbd's log. */
  readonly log: Iterable<LogLine>;
}

/** How much is written at a time, in characters. */
const chunkLength = 1 << 16;

/**
 * Writes the history of a node as one text, which ends with a hash of the rest: a file that was copied half is refused.
 *
 * @param write gets it in parts.
 * @returns how many records it has.
 */
export function writeExport({ header, records, log }: ExportParts, write: (text: string) => void): number {
  const hash = createHash('sha256');
  const shortener = new RunShortener();
  let waiting = '';
  let lines = 0;
  const flush = (): void => {
    hash.update(waiting);
    write(waiting);
    waiting = '';
  };
  const add = (record: object): void => {
    waiting += frame(record);
    lines += 1;
    if (waiting.length >= chunkLength) flush();
  };
  waiting = frame(header);
  for (const record of records) add(record.kind === 'run' ? shortener.shorten(unnamed(record)) : record);
  for (const line of log) add({ kind: 'log', ...line });
  flush();
  const end: ExportEnd = { kind: 'end', lines, sha256: hash.digest('hex') };
  write(`${frame(end)}\n`);
  return lines;
}

/** A name that it has in another file is none here. */
const unnamed = ({ id: _id, ...run }: HistoryRun): HistoryRun => run;
