import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { packageVersion } from '../package/package-version.ts';
import { lastTakeovers, type Takeover } from '../timeline/find-takeovers.ts';
import { htmlPage } from '../timeline/html-page.ts';
import { makeStory } from '../timeline/make-story.ts';
import type { NodeHistory } from '../timeline/node-history.ts';
import { openHistories } from '../timeline/open-histories.ts';
import { pageStoryOf } from '../timeline/page-story-of.ts';
import type { Story } from '../timeline/story.ts';
import { storyLines } from '../timeline/story-lines.ts';
import { traceOf } from '../timeline/trace.ts';
import { columns } from './columns.ts';
import { localTime } from './local-time.ts';
import { ownHistory } from './own-history.ts';
import { printable } from './printable.ts';
import { readTime } from './read-time.ts';
import { told } from './told.ts';
import { writeNewFile } from './write-new-file.ts';

/** Most takeovers that are listed. */
const listedMax = 50;

/** What is shown around a takeover, in milliseconds: why it came is before it. */
const aroundMs = 2_000;

/**
 * `ctdb-hook timeline`: shows a takeover, or a period, as one story.
 *
 * @returns 0, or 1 if a part of a history cannot be read.
 */
export async function timelineCommand(words: string[]): Promise<number> {
  const { options } = commands.timeline;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const histories =
    positionals.length === 0
      ? [await ownHistory('timeline')]
      : told('timeline', () => openHistories(positionals));
  if (values.list) return told('timeline', () => listTakeovers(histories));
  const story = told('timeline', () =>
    makeStory(histories, { ...periodOf(values, histories), isAligned: values.align }),
  );
  if (values.html !== undefined)
    writeNewFile(
      '--html',
      values.html,
      told('timeline', () => pageOf(story)),
    );
  if (values.trace !== undefined) writeNewFile('--trace', values.trace, JSON.stringify(traceOf(story)));
  if (values.html === undefined && values.trace === undefined)
    for (const line of storyLines(story, { timeOf: localTime, printable, isWhole: values.all }))
      sayLine(line);
  const problems = story.nodes.flatMap((node) => node.problems);
  for (const problem of problems) warn(`ctdb-hook: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

function periodOf(
  { since, until, run }: { readonly since?: string; readonly until?: string; readonly run?: string },
  histories: readonly NodeHistory[],
): Pick<Story, 'fromMs' | 'untilMs'> {
  const nowMs = Date.now();
  if (since === undefined && until !== undefined) throw new UsageError('--until needs --since');
  if (since !== undefined && run !== undefined) throw new UsageError('--since and --run: give one of them');
  if (since === undefined) return takeoverPeriod(run ?? '1', histories);
  const fromMs = readTime('--since', since, nowMs);
  const untilMs = until === undefined ? nowMs : readTime('--until', until, nowMs);
  if (untilMs <= fromMs) throw new UsageError('--until is not after --since');
  return { fromMs, untilMs };
}

function takeoverPeriod(run: string, histories: readonly NodeHistory[]): Pick<Story, 'fromMs' | 'untilMs'> {
  const number = /^\d{1,6}$/.test(run) ? Number(run) : 0;
  if (number < 1)
    throw new UsageError(`--run: "${run}", expected a number from 1, which is the last takeover`);
  const { takeovers, problems } = lastTakeovers(histories, number);
  const takeover = takeovers[number - 1];
  if (takeover === undefined)
    throw new UsageError(
      [
        number === 1
          ? 'timeline: no takeover is in the history; --since shows what else is'
          : `--run: there are not ${number} takeovers in the history, see --list`,
        ...problems,
      ].join('\n'),
    );
  return { fromMs: takeover.beginMs - aroundMs, untilMs: takeover.endMs + aroundMs };
}

function listTakeovers(histories: readonly NodeHistory[]): number {
  const { takeovers, problems } = lastTakeovers(histories, listedMax);
  for (const problem of problems) warn(`ctdb-hook: ${problem}`);
  const status = problems.length === 0 ? 0 : 1;
  if (takeovers.length === 0) {
    sayLine('No takeover is in the history.');
    return status;
  }
  const head = ['RUN', 'BEGUN', 'TOOK MS', 'TAKEN', 'RELEASED', 'FAILED'];
  for (const line of columns(head, takeovers.map(rowOf), [0, 2, 3, 4, 5])) sayLine(line);
  return status;
}

const rowOf = ({ beginMs, endMs, taken, released, failed }: Takeover, index: number): string[] => [
  String(index + 1),
  localTime(beginMs),
  ...[endMs - beginMs, taken, released, failed].map(String),
];

function pageOf(story: Story): string {
  const head = {
    title: `${story.nodes.map(({ name }) => name).join(', ')}: ${localTime(story.fromMs)} to ${localTime(story.untilMs)}`,
    madeBy: `ctdb-hook ${packageVersion()}`,
    zoneMinutes: -new Date(story.fromMs).getTimezoneOffset(),
  };
  return htmlPage(pageStoryOf(story, head));
}
