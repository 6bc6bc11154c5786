import type { LogLine } from '../history/export-record.ts';
import { noteText } from '../history/note-text.ts';
import type { HistoryEntry, HistoryRun } from '../history/record.ts';
import { isFailure, isTimedOut } from '../process/exit-code.ts';
import { wordFor } from '../run-observers/timeline.ts';
import { describeMoves, longestOff } from './describe-moves.ts';
import { groupRuns, type RunGroup } from './run-groups.ts';
import type { NodeStory, OpenRun, Story } from './story.ts';
import { storyFailures } from './story-failures.ts';
import { storyNotes } from './story-notes.ts';

/** How a story is shown in a terminal. */
export interface StoryView {
  /** A time as people of this node read it. */
  readonly timeOf: (ms: number) => string;
  /** A text without what a terminal would act on. */
  readonly printable: (text: string) => string;
  /** Whether each run has a line, also of those that are alike. */
  readonly isWhole: boolean;
}

/** How many characters the bars have. */
const barWidth = 32;

/** How many of the slowest entries, and of the addresses that were longest on no node, are listed. */
const slowestMax = 5;

/** A line with a bar. */
interface Row {
  readonly beginMs: number;
  readonly endMs: number;
  readonly mark: string;
  readonly text: string;
  /** What comes below it, without bars. */
  readonly below?: readonly string[];
}

/** A story for a terminal: what there is to know first, then each node's runs with bars, in the order of their begin. */
export function storyLines(story: Story, view: StoryView): string[] {
  const { fromMs, untilMs, nodes, moves } = story;
  const seconds = ((untilMs - fromMs) / 1000).toFixed(3);
  return [
    `${view.timeOf(fromMs)} to ${view.timeOf(untilMs)}: ${seconds} s on ${nodes.length === 1 ? 'one node' : `${nodes.length} nodes`}`,
    ...storyFailures(story),
    ...storyNotes(story),
    ...describeMoves(story),
    ...longestOff(moves, slowestMax).map((line) => `    ${line}`),
    ...slowestLines(story),
    ...nodes.flatMap((node) => nodeLines(node, story, view)),
  ].map((line) => view.printable(line));
}

/** Own time and wait stand apart: what waited was not slow. Entries that were out of time come first. */
function slowestLines({ nodes }: Story): string[] {
  const entries = nodes.flatMap(({ name: node, runs }) =>
    runs.flatMap(({ event, argv, entries: all }) =>
      all.map((entry) => ({ ...entry, where: `${[event, ...argv].join(' ')} on ${node}` })),
    ),
  );
  const sorted = entries.toSorted(
    (a, b) =>
      Number(isTimedOut(b.result)) - Number(isTimedOut(a.result)) ||
      Number(isFailure(b.result)) - Number(isFailure(a.result)) ||
      b.tookMs - a.tookMs,
  );
  if (sorted.length === 0) return [];
  return [
    'What took longest, failures first:',
    ...sorted
      .slice(0, slowestMax)
      .map(
        ({ name, where, tookMs, result }) => `    ${name} at ${where}: ${wordFor(result)} in ${tookMs} ms`,
      ),
  ];
}

function nodeLines(node: NodeStory, { fromMs, untilMs }: Story, view: StoryView): string[] {
  const groups = view.isWhole ? node.runs.map(alone) : groupRuns(node.runs);
  const rows = [
    ...groups.map(groupRow),
    ...node.open.map(openRow),
    ...node.deferred.map(({ entry, changes, fromMs: beginMs, actedMs, untilMs: endMs }) => ({
      beginMs,
      endMs,
      mark: '~',
      text: `deferred work of ${entry}: ${changes} address changes waited ${actedMs - beginMs} ms`,
    })),
    ...node.notes.map((note) => ({
      beginMs: note.beginMs,
      endMs: note.beginMs,
      mark: note.level === 'ERROR' || note.level === 'WARNING' ? '!' : '.',
      text: `event daemon: ${noteText(note)}`,
    })),
    ...logRows(node.log ?? [], view),
  ].toSorted((a, b) => a.beginMs - b.beginMs);
  const head = `${'   BEGIN MS'.padEnd(11)}  ${'TOOK MS'.padStart(8)}`;
  return [
    '',
    node.name,
    ...(rows.length === 0 ? ['    nothing'] : [head]),
    ...rows.flatMap((row) => rowLines(row, fromMs, untilMs)),
  ];
}

/** ctdbd says one line for each address. Those that follow each other and begin alike are one. */
function logRows(log: readonly LogLine[], { isWhole }: StoryView): Row[] {
  const groups: LogLine[][] = [];
  for (const line of log) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (first !== undefined && !isWhole && beginOf(first) === beginOf(line)) group?.push(line);
    else groups.push([line]);
  }
  return groups.map(([first, ...others]) => ({
    beginMs: first?.beginMs ?? 0,
    endMs: others.at(-1)?.beginMs ?? first?.beginMs ?? 0,
    mark: '.',
    text: `ctdbd: ${first?.message ?? ''}${others.length === 0 ? '' : `, and ${others.length} more like it`}`,
  }));
}

const beginOf = ({ message }: LogLine): string => message.split(' ', 3).join(' ');

const alone = (run: HistoryRun): RunGroup => ({
  runs: [run],
  beginMs: run.beginMs,
  endMs: run.beginMs + run.tookMs,
});

function rowLines(
  { beginMs, endMs, mark, text, below = [] }: Row,
  fromMs: number,
  untilMs: number,
): string[] {
  const offset = beginMs - fromMs;
  const begin = `${offset < 0 ? '' : '+'}${offset}`.padStart(11);
  const took = endMs > beginMs ? String(endMs - beginMs).padStart(8) : ' '.repeat(8);
  const line = `${begin}  ${took}  |${bar(beginMs, endMs, fromMs, untilMs, mark)}|  ${text}`;
  return [line, ...below.map((each) => `${' '.repeat(11 + 2 + 8 + 2)} ${' '.repeat(barWidth)}      ${each}`)];
}

function bar(beginMs: number, endMs: number, fromMs: number, untilMs: number, mark: string): string {
  const at = (ms: number): number =>
    Math.min(
      barWidth - 1,
      Math.max(0, Math.floor(((ms - fromMs) / Math.max(1, untilMs - fromMs)) * barWidth)),
    );
  const [begin, end] = [at(beginMs), at(endMs)];
  return `${' '.repeat(begin)}${mark.repeat(end - begin + 1)}${' '.repeat(barWidth - 1 - end)}`;
}

function groupRow({ runs, beginMs, endMs }: RunGroup): Row {
  const [first] = runs;
  if (first === undefined) throw new Error('a group without runs');
  const { event, argv, result } = first;
  const waitedMs = Math.max(...runs.map((run) => run.waitedMs));
  const isOk = !isFailure(result);
  const what = runs.length === 1 ? [event, ...argv].join(' ') : `${runs.length} ${event}`;
  const waited =
    waitedMs === 0 ? '' : runs.length === 1 ? `, after ${waitedMs} ms` : `, the last after ${waitedMs} ms`;
  return {
    beginMs,
    endMs,
    mark: isOk ? '#' : 'X',
    text: `${what}: ${wordFor(result)}${waited}${connectionsIn(runs)}`,
    below: runs.length === 1 ? entryLines(first) : [totals(runs)],
  };
}

function connectionsIn(runs: readonly HistoryRun[]): string {
  const entries = runs.flatMap((run) => run.entries);
  const killed = entries.reduce((sum, { connectionsKilled = 0 }) => sum + connectionsKilled, 0);
  const left = entries.reduce((sum, { connectionsLeft = 0 }) => sum + connectionsLeft, 0);
  return killed + left === 0 ? '' : `; ${killed} connections killed, ${left} left`;
}

function entryLines({ entries, moved }: HistoryRun): string[] {
  const isTold = ({ result, output }: HistoryEntry): boolean => isFailure(result) || output !== undefined;
  const quiet = entries.filter((entry) => !isTold(entry)).map(({ name, tookMs }) => `${name}: ${tookMs} ms`);
  return [
    ...(moved === undefined ? [] : [`addresses: ${moved.join(', ')}`]),
    ...(quiet.length === 0 ? [] : [quiet.join('; ')]),
    ...entries
      .filter(isTold)
      .flatMap(({ name, result, tookMs, output }) => [
        `${name}: ${wordFor(result)} in ${tookMs} ms`,
        ...(output ?? '').split('\n').flatMap((line) => (line === '' ? [] : `    ${line}`)),
      ]),
  ];
}

/** What the entries of runs that are alike took, in all. */
function totals(runs: readonly HistoryRun[]): string {
  const byName = Map.groupBy(
    runs.flatMap(({ entries }) => entries),
    ({ name }) => name,
  );
  return [...byName]
    .map(([name, entries]) => {
      const took = entries.map(({ tookMs }) => tookMs);
      return `${name}: ${took.reduce((sum, ms) => sum + ms, 0)} ms, at most ${Math.max(...took)}`;
    })
    .join('; ');
}

const openRow = ({ event, argv, beginMs, untilMs, entry, end }: OpenRun): Row => ({
  beginMs,
  endMs: untilMs,
  mark: '?',
  text: `${[event, ...argv].join(' ')}: ${end}${entry === undefined ? '' : `, in ${entry}`}`,
});
