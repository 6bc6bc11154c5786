import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure } from '../process/exit-code.ts';
import { unframe } from './frame.ts';
import { linesOf } from './lines-of.ts';
import {
  type HistoryHeader,
  historyRecord,
  historyVersion,
  type HistoryNote,
  type HistoryRun,
} from './record.ts';
import { segmentName, segmentNumbers } from './segment-names.ts';
import { isShortRun, type ShortRun, wholeRun } from './short-run.ts';

/** What is wanted of a history. */
export interface Wanted {
  /** Milliseconds since 1970, UTC. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly hasNotes: boolean;
  /** Only runs of this event. */
  readonly event?: string | undefined;
  /** Only runs of these events. */
  readonly events?: ReadonlySet<string>;
  /** Only runs with this entry. */
  readonly entry?: string | undefined;
  /** Only runs that failed. */
  readonly isFailed?: boolean;
  /** Only runs that took at least so many milliseconds. */
  readonly slowerMs?: number;
}

/** Records that cannot be read: damaged ones, or those of a later version. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly path: string;
  readonly why: string;
}

/**
 * Reads what is wanted of a history, the oldest first; nothing if there is no history.
 *
 * @throws the error of the file system, such as EACCES.
 */
export function* readHistory(
  directory: string,
  wanted: Wanted,
): Generator<HistoryRun | HistoryNote | Unreadable> {
  for (const path of segments(directory)) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && found.mtimeMs >= wanted.sinceMs) yield* readSegment(path, wanted);
  }
}

/** The same, a file at a time, the newest first. */
export function* readHistoryBackward(
  directory: string,
  wanted: Wanted,
): Generator<readonly (HistoryRun | HistoryNote | Unreadable)[]> {
  for (const path of segments(directory).toReversed())
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) yield [...readSegment(path, wanted)];
}

function segments(directory: string): string[] {
  try {
    return segmentNumbers(readdirSync(directory)).map((number) => join(directory, segmentName(number)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const readSegment = (path: string, wanted: Wanted): Generator<HistoryRun | HistoryNote | Unreadable> =>
  recordsOf(linesOf(path), path, wanted);

/** What is wanted of these lines of a file. */
export function* recordsOf(
  lines: Iterable<string>,
  path: string,
  wanted: Wanted,
): Generator<HistoryRun | HistoryNote | Unreadable> {
  const file = new RecordReader(path, wanted);
  for (const line of lines) {
    const record = file.read(line);
    if (record !== undefined) yield record;
    if (file.isOfLaterVersion) return;
  }
  if (file.damaged > 0) yield unreadable(path, `${file.damaged} of its records are damaged`);
}

/** Reads the lines of one file, in their order. */
export class RecordReader {
  readonly #path: string;
  readonly #wanted: Wanted;
  readonly #named = new Map<string, Like>();
  /** How many lines were no records. */
  damaged = 0;
  /** Whether nothing more of the file can be read. */
  isOfLaterVersion = false;

  constructor(path: string, wanted: Wanted) {
    this.#path = path;
    this.#wanted = wanted;
  }

  /** The record in a line, if it is wanted. */
  read(line: string): HistoryRun | HistoryNote | Unreadable | undefined {
    const record = recordOf(unframe(line));
    if (record === undefined) {
      this.damaged += 1;
      return undefined;
    }
    if (!('kind' in record)) return this.#readShort(record);
    if (record.kind === 'history') return this.#readHeader(record);
    if (record.kind === 'run' && record.id !== undefined)
      this.#named.set(record.id, { run: record, isWanted: isOfWanted(record, this.#wanted) });
    return isWanted(record, this.#wanted) ? record : undefined;
  }

  #readHeader({ version }: HistoryHeader): Unreadable | undefined {
    this.isOfLaterVersion = version > historyVersion;
    if (!this.isOfLaterVersion) return undefined;
    return unreadable(this.#path, `its version is ${version}, expected at most ${historyVersion}`);
  }

  #readShort(record: ShortRun): HistoryRun | undefined {
    const like = this.#named.get(record[0]);
    if (like === undefined) this.damaged += 1;
    else if (like.isWanted && isInTime(record[1], record[3], this.#wanted)) return wholeRun(record, like.run);
    return undefined;
  }
}

/** A run that later ones may be like, and whether these are wanted, but for their times. */
interface Like {
  readonly run: HistoryRun;
  readonly isWanted: boolean;
}

const unreadable = (path: string, why: string): Unreadable => ({ kind: 'unreadable', path, why });

/** The record that was read. Undefined if it is none of this version. */
function recordOf(read: unknown): HistoryRun | HistoryNote | HistoryHeader | ShortRun | undefined {
  if (Array.isArray(read)) return isShortRun(read) ? read : undefined;
  return historyRecord.safeParse(read).data;
}

const isWanted = (record: HistoryRun | HistoryNote, wanted: Wanted): boolean =>
  record.kind === 'note'
    ? wanted.hasNotes && isInTime(record.beginMs, Infinity, wanted)
    : isOfWanted(record, wanted) && isInTime(record.beginMs, record.tookMs, wanted);

const isOfWanted = ({ event, result, entries }: HistoryRun, wanted: Wanted): boolean =>
  (wanted.event === undefined || event === wanted.event) &&
  wanted.events?.has(event) !== false &&
  (wanted.isFailed !== true || isFailure(result)) &&
  (wanted.entry === undefined || entries.some(({ name }) => name === wanted.entry));

const isInTime = (beginMs: number, tookMs: number, { sinceMs, untilMs, slowerMs = 0 }: Wanted): boolean =>
  beginMs >= sinceMs && beginMs <= untilMs && tookMs >= slowerMs;
