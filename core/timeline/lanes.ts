import type { HistoryEntry, HistoryNote, HistoryRun } from '../history/record.ts';
import { isDisabled, isFailure, isTimedOut, scriptResults } from '../process/exit-code.ts';
import { wordFor } from '../run-observers/timeline.ts';
import { describeRun } from './describe-run.ts';
import type { NodeStory, OpenRun } from './story.ts';

/** The lanes of a node, from top to bottom. */
export const laneNames = [
  'waiting',
  'events',
  'plugins and scripts',
  'connections',
  'deferred work',
  'event daemon',
  'ctdbd',
] as const;

/** What a thing is like; the page has a colour for each. */
export type Tone =
  | 'ok'
  | 'failed'
  | 'out of time'
  | 'cancelled'
  | 'disabled'
  | 'no end'
  | 'waited'
  | 'deferred'
  | 'said'
  | 'warning';

/** One thing on a lane: with a duration, or without where both times are the same and `isMark` says so. */
export interface Span {
  readonly lane: number;
  readonly beginMs: number;
  readonly endMs: number;
  readonly isMark: boolean;
  readonly name: string;
  readonly tone: Tone;
  /** What else there is to say, in lines. */
  readonly text: string;
}

/** All of a node's lanes. */
export function lanesOf(node: NodeStory): Span[] {
  const spans = [
    ...node.runs.flatMap(runSpans),
    ...node.open.flatMap(openSpans),
    ...node.deferred.map(({ entry, changes, fromMs, actedMs, untilMs }) =>
      spanOf(
        'deferred work',
        fromMs,
        untilMs,
        `${entry}: ${changes} address changes`,
        'deferred',
        `It was told of them at ipreallocated, ${actedMs - fromMs} ms after the first, and took ${untilMs - actedMs} ms.`,
      ),
    ),
    ...node.notes.map(noteMark),
    ...(node.log ?? []).map(({ beginMs, message }) =>
      markOf(
        'ctdbd',
        beginMs,
        message,
        /error|fail|unable|timed out|banned/i.test(message) ? 'warning' : 'said',
      ),
    ),
  ];
  return spans.toSorted((a, b) => a.lane - b.lane || a.beginMs - b.beginMs);
}

function runSpans(run: HistoryRun): Span[] {
  const { event, argv, beginMs, waitedMs, tookMs, result, entries } = run;
  const name = [event, ...argv].join(' ');
  const text = describeRun(run).join('\n');
  const spans = [spanOf('events', beginMs, beginMs + tookMs, name, toneOf(result), text)];
  if (waitedMs > 0)
    spans.push(
      spanOf(
        'waiting',
        beginMs - waitedMs,
        beginMs,
        name,
        'waited',
        `It waited ${waitedMs} ms for other events.`,
      ),
    );
  for (const entry of entries) spans.push(...entrySpans(entry, run));
  return spans;
}

function entrySpans(entry: HistoryEntry, { event, argv, beginMs }: HistoryRun): Span[] {
  const { name, kind, afterMs, tookMs, result, output, connectionsKilled, connectionsLeft } = entry;
  if (isDisabled(result)) return [];
  const from = beginMs + afterMs;
  const at = [event, ...argv].join(' ');
  const lines = [
    `${kind} at ${at}: ${wordFor(result)} in ${tookMs} ms`,
    ...(output === undefined ? [] : [output]),
  ];
  const span = spanOf('plugins and scripts', from, from + tookMs, name, toneOf(result), lines.join('\n'));
  if (connectionsKilled === undefined) return [span];
  const left = connectionsLeft ?? 0;
  const words = `${connectionsKilled} connections killed, ${left} left`;
  return [
    span,
    markOf('connections', from + tookMs, words, left > 0 ? 'warning' : 'said', `${name} at ${at}`),
  ];
}

function openSpans({ event, argv, beginMs, waitedMs, entry, afterMs, untilMs, end }: OpenRun): Span[] {
  const name = [event, ...argv].join(' ');
  const text = `It has no end: ${end}. It had waited ${waitedMs} ms for other events.`;
  const run = spanOf('events', beginMs, untilMs, `${name} (${end})`, 'no end', text);
  if (entry === undefined) return [run];
  const of = spanOf(
    'plugins and scripts',
    beginMs + afterMs,
    untilMs,
    `${entry} (${end})`,
    'no end',
    `at ${name}`,
  );
  return [run, of];
}

function noteMark({ beginMs, level, message }: HistoryNote): Span {
  const isWarning = level === 'ERROR' || level === 'WARNING';
  return markOf('event daemon', beginMs, message, isWarning ? 'warning' : 'said', level);
}

const spanOf = (
  lane: (typeof laneNames)[number],
  beginMs: number,
  endMs: number,
  name: string,
  tone: Tone,
  text: string,
): Span => ({ lane: laneNames.indexOf(lane), beginMs, endMs, isMark: false, name, tone, text });

const markOf = (
  lane: (typeof laneNames)[number],
  atMs: number,
  name: string,
  tone: Tone,
  text = '',
): Span => ({ lane: laneNames.indexOf(lane), beginMs: atMs, endMs: atMs, isMark: true, name, tone, text });

/** What a result looks like. */
export function toneOf(result: number): Tone {
  if (isTimedOut(result)) return 'out of time';
  if (result === scriptResults.cancelled) return 'cancelled';
  if (isDisabled(result)) return 'disabled';
  return isFailure(result) ? 'failed' : 'ok';
}
