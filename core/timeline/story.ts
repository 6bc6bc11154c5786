import type { LogLine } from '../history/export-record.ts';
import type { HistoryNote, HistoryOpen, HistoryRun } from '../history/record.ts';
import type { Skew } from './find-skew.ts';

/** What happened on some nodes in a period, as it is shown. Times are milliseconds since 1970, by the clock of each node. */
export interface Story {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether lanes were shifted by the skew of their clocks. */
  readonly isAligned: boolean;
  readonly nodes: readonly NodeStory[];
  readonly moves: readonly AddressMove[];
}

/** One node's part. */
export interface NodeStory {
  readonly name: string;
  /** The runs, by their begin. */
  readonly runs: readonly HistoryRun[];
  /** What went on at the end, or was cut. */
  readonly open: readonly OpenRun[];
  /** What the event daemon said. */
  readonly notes: readonly HistoryNote[];
  readonly deferred: readonly DeferredWork[];
  /** Lines of ctdbd's log; undefined if it could not be read. */
  readonly log: readonly LogLine[] | undefined;
  /** How many lines of the log there are more. */
  readonly logLeftOut: number;
  /** How far its clock is ahead; undefined if nothing tells. */
  readonly skew: Skew | undefined;
  /** What of its history could not be read. */
  readonly problems: readonly string[];
}

/** A run without an end. */
export interface OpenRun extends HistoryOpen {
  readonly end: 'still running' | 'cut by a kill';
  /** Until when it was seen. */
  readonly untilMs: number;
}

/** Address changes that waited until a plugin acted on them, at `ipreallocated`. */
export interface DeferredWork {
  readonly entry: string;
  readonly changes: number;
  /** End of the first of these changes, or of the earliest one that is known. */
  readonly fromMs: number;
  /** Begin and end of the entry that acted on them. */
  readonly actedMs: number;
  readonly untilMs: number;
}

/** An address that left one node and came to another, or one of both. */
export interface AddressMove {
  readonly ip: string;
  readonly from?: AddressEnd;
  readonly to?: AddressEnd;
  /** How long it was on no node, by their clocks; undefined if one of both is not known. It may be below 0 if they differ. */
  readonly offMs: number | undefined;
}

/** The release of an address, or its taking. */
export interface AddressEnd {
  readonly node: string;
  /** When ctdbd asked for it. */
  readonly askedMs: number;
  readonly endMs: number;
  readonly isOk: boolean;
}
