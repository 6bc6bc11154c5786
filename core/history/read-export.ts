import { createHash, type Hash } from 'node:crypto';
import {
  type ExportEnd,
  type ExportHeader,
  exportRecord,
  exportVersion,
  type LogLine,
} from './export-record.ts';
import { crcDigits, unframe } from './frame.ts';
import { recordsOf, type Unreadable, type Wanted } from './history-reader.ts';
import { linesOf } from './lines-of.ts';
import type { HistoryNote, HistoryRun } from './record.ts';

/** A file that is no whole export. */
export class ExportError extends Error {
  constructor(path: string, why: string) {
    super(`${path}: ${why}`);
  }
}

/** The history of one node in a file of exports. */
export interface Exported {
  readonly header: ExportHeader;
  /** Reads what is wanted of it, the oldest first. */
  readonly read: (wanted: Wanted) => Generator<HistoryRun | HistoryNote | Unreadable>;
  /** Reads the lines of ctdbd's log between these times. */
  readonly readLog: (sinceMs: number, untilMs: number) => LogLine[];
}

/**
 * The exports in a file, whose hashes are compared first. A file may have several, with other lines between them, as `onnode` prints
 * the outputs of several nodes.
 *
 * @throws ExportError if there is none, one is not whole, or one is of a later version; the error of the file system.
 */
export function readExports(path: string): Exported[] {
  const headers = [...checkedHeaders(path)];
  if (headers.length === 0)
    throw new ExportError(
      path,
      'it is no history, expected what ctdb-hook history --export writes, or a directory',
    );
  return headers.map((header, index) => {
    const lines = (): Generator<string> => linesOfExport(path, index);
    return {
      header,
      read: (wanted) => recordsOf(withoutLog(lines()), path, wanted),
      readLog: (sinceMs, untilMs) =>
        [...lines()].flatMap((line) => {
          const record = isLog(line) ? recordIn(line) : undefined;
          if (record?.kind !== 'log' || record.beginMs < sinceMs || record.beginMs > untilMs) return [];
          return { beginMs: record.beginMs, message: record.message };
        }),
    };
  });
}

/** An export that is being read. */
interface Begun {
  readonly header: ExportHeader;
  readonly hash: Hash;
  lines: number;
}

function* checkedHeaders(path: string): Generator<ExportHeader> {
  let begun: Begun | undefined;
  for (const line of linesOf(path)) {
    const special = isSpecial(line) ? recordIn(line) : undefined;
    if (special?.kind === 'export') {
      if (begun !== undefined) throw new ExportError(path, notWhole(begun));
      if (special.version > exportVersion)
        throw new ExportError(path, `its version is ${special.version}, expected at most ${exportVersion}`);
      begun = { header: special, hash: createHash('sha256'), lines: -1 };
    }
    if (begun === undefined) continue; // What onnode says between.
    if (special?.kind === 'end') {
      check(path, begun, special);
      yield begun.header;
      begun = undefined;
      continue;
    }
    begun.hash.update(`\n${line}`);
    begun.lines += 1;
  }
  if (begun !== undefined) throw new ExportError(path, notWhole(begun));
}

function check(path: string, begun: Begun, end: ExportEnd): void {
  if (end.lines === begun.lines && end.sha256 === begun.hash.digest('hex')) return;
  throw new ExportError(
    path,
    `the export of ${begun.header.node} was changed or damaged on its way: ${begun.lines} of ${end.lines} lines are there, and their hash is another`,
  );
}

const notWhole = ({ header, lines }: Begun): string =>
  `the export of ${header.node} ends after ${lines} lines: only a part of it was copied`;

/** The lines of the export of this index, without its first and last one. */
function* linesOfExport(path: string, index: number): Generator<string> {
  let at = -1;
  let isWithin = false;
  for (const line of linesOf(path)) {
    const kind = isSpecial(line) ? recordIn(line)?.kind : undefined;
    if (kind === 'export') {
      at += 1;
      isWithin = true;
    } else if (kind === 'end') isWithin = false;
    else if (isWithin && at === index) yield line;
    if (at === index && !isWithin) return;
  }
}

function* withoutLog(lines: Iterable<string>): Generator<string> {
  for (const line of lines) if (!isLog(line)) yield line;
}

const isSpecial = (line: string): boolean =>
  line.startsWith('{"kind":"export"', crcDigits) || line.startsWith('{"kind":"end"', crcDigits);

const isLog = (line: string): boolean => line.startsWith('{"kind":"log"', crcDigits);

const recordIn = (line: string) => exportRecord.safeParse(unframe(line)).data;
