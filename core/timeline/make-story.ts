import type { LogLine } from '../history/export-record.ts';
import type { HistoryNote, HistoryOpen, HistoryRun } from '../history/record.ts';
import { isFailure } from '../process/exit-code.ts';
import { findMoves } from './find-moves.ts';
import { findSkew, type Skew } from './find-skew.ts';
import type { NodeHistory } from './node-history.ts';
import type { DeferredWork, NodeStory, OpenRun, Story } from './story.ts';

/** The period that is told of, and how. */
export interface StoryRequest {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether lanes are shifted, so that what ctdbd asked all nodes for stands at the same time. */
  readonly isAligned: boolean;
}

/** Two nodes whose histories are the same one. */
export class SameHistory extends Error {
  constructor(one: NodeHistory, other: NodeHistory) {
    super(
      `${one.path} and ${other.path} have the same runs: the history of one node was given twice, as ${one.name} and ${other.name}`,
    );
  }
}

/** A run that began that long before the period may reach into it, in milliseconds. */
const longestMs = 60_000;

/** After which time without a sign a run is no longer taken for one that goes on, in milliseconds. */
const silentMs = 15 * 60_000;

/** Most lines of a log that a node's story has. */
const logMax = 2_000;

/** What one node's history has of the period. */
interface Part {
  readonly history: NodeHistory;
  readonly runs: readonly HistoryRun[];
  readonly notes: readonly HistoryNote[];
  readonly problems: readonly string[];
}

/**
 * Makes one story of several nodes' histories.
 *
 * @throws SameHistory, and what reading throws.
 */
export function makeStory(histories: readonly NodeHistory[], request: StoryRequest): Story {
  const parts = histories.map((history) => readPart(history, request));
  refuseSame(parts);
  const skews = parts.map(({ runs }, index) =>
    index === 0 ? undefined : findSkew(parts[0]?.runs ?? [], runs),
  );
  const { fromMs, untilMs, isAligned } = request;
  const nodes = parts.map((part, index) => {
    const skew = skews[index];
    return nodeStory(part, request, skew, isAligned ? (skew?.ms ?? 0) : 0);
  });
  return { fromMs, untilMs, isAligned, nodes, moves: findMoves(nodes) };
}

function readPart(history: NodeHistory, { fromMs, untilMs }: StoryRequest): Part {
  const runs: HistoryRun[] = [];
  const notes: HistoryNote[] = [];
  const problems: string[] = [];
  const wanted = { sinceMs: fromMs - longestMs, untilMs: untilMs + longestMs, hasNotes: true };
  for (const record of history.read(wanted)) {
    if (record.kind === 'unreadable') problems.push(`${record.path}: ${record.why}`);
    else if (record.kind === 'note') notes.push(record);
    else runs.push(record);
  }
  return { history, runs: runs.toSorted((a, b) => a.beginMs - b.beginMs), notes, problems };
}

/** Nodes may do the same, but not all of it in the same milliseconds. */
function refuseSame(parts: readonly Part[]): void {
  const seen = new Map<string, NodeHistory>();
  for (const { history, runs } of parts) {
    if (runs.length === 0) continue;
    const text = JSON.stringify(runs.map(({ id: _id, ...run }) => run));
    const other = seen.get(text);
    if (other !== undefined) throw new SameHistory(other, history);
    seen.set(text, history);
  }
}

function nodeStory(part: Part, request: StoryRequest, skew: Skew | undefined, shiftMs: number): NodeStory {
  const { history, problems } = part;
  const { fromMs, untilMs } = request;
  const shifted = <T extends { beginMs: number }>(each: T): T => ({
    ...each,
    beginMs: each.beginMs - shiftMs,
  });
  const isWithin = ({ beginMs }: { beginMs: number }): boolean => beginMs >= fromMs && beginMs <= untilMs;
  const runs = part.runs
    .map(shifted)
    .filter(({ beginMs, waitedMs, tookMs }) => beginMs - waitedMs <= untilMs && beginMs + tookMs >= fromMs);
  const open = findOpen(part)
    .map((each) => ({ ...shifted(each), untilMs: each.untilMs - shiftMs }))
    .filter((each) => each.beginMs <= untilMs && each.untilMs >= fromMs);
  const log = history.readLog(fromMs + shiftMs, untilMs + shiftMs)?.map(shifted);
  return {
    name: history.name,
    runs,
    open,
    notes: part.notes
      .filter((note) => note.open === undefined)
      .map(shifted)
      .filter(isWithin),
    deferred: findDeferred(runs),
    log: log === undefined ? undefined : mostTelling(log),
    logLeftOut: Math.max(0, (log?.length ?? 0) - logMax),
    skew,
    problems,
  };
}

const mostTelling = (log: readonly LogLine[]): readonly LogLine[] => log.slice(0, logMax);

/** The runs that have no end in the history. */
function findOpen({ history, runs, notes }: Part): OpenRun[] {
  const last = new Map<string, { readonly open: HistoryOpen; readonly seenMs: number }>();
  for (const { open, beginMs } of notes)
    if (open !== undefined) last.set(keyOf(open), { open, seenMs: beginMs });
  for (const run of runs) last.delete(keyOf(run));
  return [...last.values()].map(({ open, seenMs }) => {
    const next = [...runs, ...notes]
      .filter((each) => each.beginMs > seenMs && !('open' in each))
      .reduce((least, each) => Math.min(least, each.beginMs), Infinity);
    const isCut = next < Infinity || history.untilMs - seenMs > silentMs;
    const untilMs = isCut ? Math.min(next, Math.max(seenMs, open.beginMs + open.afterMs)) : history.untilMs;
    return { ...open, end: isCut ? ('cut by a kill' as const) : ('still running' as const), untilMs };
  });
}

const keyOf = ({ event, argv, beginMs }: Pick<HistoryOpen, 'event' | 'argv' | 'beginMs'>): string =>
  JSON.stringify([event, argv, beginMs]);

/** What plugins did later of what takeips and releaseips left to do. */
function findDeferred(runs: readonly HistoryRun[]): DeferredWork[] {
  let firstMs: number | undefined;
  return runs.flatMap((run) => {
    const endMs = run.beginMs + run.tookMs;
    if (changes.has(run.event) && !isFailure(run.result)) firstMs ??= endMs;
    const done = run.entries.flatMap(({ name, changesTold, afterMs, tookMs }) => {
      if (changesTold === undefined) return [];
      const actedMs = run.beginMs + afterMs;
      const fromMs = Math.min(firstMs ?? actedMs, actedMs);
      return { entry: name, changes: changesTold, fromMs, actedMs, untilMs: actedMs + tookMs };
    });
    if (run.event === 'ipreallocated' && !isFailure(run.result)) firstMs = undefined;
    return done;
  });
}

const changes: ReadonlySet<string> = new Set(['takeip', 'releaseip', 'updateip']);
