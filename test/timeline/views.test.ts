import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { htmlPage, inertJson } from '../../core/timeline/html-page.ts';
import { lanesOf } from '../../core/timeline/lanes.ts';
import { makeStory } from '../../core/timeline/make-story.ts';
import { openHistories } from '../../core/timeline/open-histories.ts';
import { pageStoryOf } from '../../core/timeline/page-story-of.ts';
import type { Story } from '../../core/timeline/story.ts';
import { traceOf } from '../../core/timeline/trace.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { exportOf, failover, failoverMs, hostile } from './failover.ts';

/** A failover of so many addresses on three nodes. */
function storyOf(addresses: number): Story {
  const directory = temporaryDirectory();
  const paths = failover(addresses).map((node) => {
    const path = join(directory, node.name);
    writeFileSync(path, exportOf(node));
    return path;
  });
  const untilMs = failoverMs + 20_000;
  return makeStory(openHistories(paths), { fromMs: failoverMs - 2000, untilMs, isAligned: false });
}

interface TraceEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly id: string;
  readonly name: string;
}

const traceEvents = (story: Story): TraceEvent[] =>
  (traceOf(story) as { readonly traceEvents: TraceEvent[] }).traceEvents;

test('in the trace nothing overlaps on a thread but what is asynchronous', () => {
  const threads = Map.groupBy(
    traceEvents(storyOf(200)).filter(({ ph }) => ph === 'X'),
    ({ pid, tid }) => `${pid}.${tid}`,
  );
  expect(threads.size).toBe(6);
  for (const events of threads.values()) {
    expect(events.length).toBeGreaterThan(2);
    for (const [index, { ts }] of events.slice(1).entries())
      expect(ts).toBeGreaterThanOrEqual((events[index]?.ts ?? Infinity) + (events[index]?.dur ?? 0));
  }
});

test('in the trace each asynchronous begin has its own end, not before it', () => {
  const async = traceEvents(storyOf(200)).filter(({ ph }) => ph === 'b' || ph === 'e');
  const pairs = [...Map.groupBy(async, ({ id }) => id).values()];
  expect(pairs.length).toBeGreaterThan(390);
  for (const pair of pairs) {
    expect(pair.map(({ ph }) => ph)).toEqual(['b', 'e']);
    expect(pair[1]?.ts).toBeGreaterThanOrEqual(pair[0]?.ts ?? Infinity);
  }
});

test('the trace names its processes by nodes, and has all spans', () => {
  const story = storyOf(20);
  const events = traceEvents(story);
  const names = events.filter(({ name }) => name === 'process_name') as unknown as {
    args: { name: string };
  }[];
  expect(names.map(({ args }) => args.name)).toEqual(['node1', 'node2', 'node3']);
  const spans = story.nodes.flatMap(lanesOf);
  expect(events.filter(({ ph }) => ['X', 'b', 'i'].includes(ph))).toHaveLength(spans.length);
});

const pageOf = (story: Story): string =>
  htmlPage(pageStoryOf(story, { title: 'A </title> & more', madeBy: 'ctdb-hook', zoneMinutes: 60 }));

test('the page of a failover of 200 addresses on 3 nodes is less than 3 MB', () => {
  expect(Buffer.byteLength(pageOf(storyOf(200)))).toBeLessThan(3_000_000);
});

test('nothing that a script said is markup in the page, and all of it is in its data', () => {
  const page = pageOf(storyOf(20));
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toMatch(/<img|<!--|\u2028/);
  const [, block = ''] = /<script type="application\/json" id="story">(.*?)<\/script>/s.exec(page) ?? [];
  const { nodes } = JSON.parse(block) as { nodes: { spans: unknown[][] }[] };
  expect(nodes.flatMap(({ spans }) => spans).some((span) => String(span.at(-1)).includes(hostile))).toBe(
    true,
  );
});

test('the page may load nothing, and run only the script whose hash it names', () => {
  const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(pageOf(storyOf(2))) ?? [];
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
  );
});

test('a text stays what it is as inert JSON', () => {
  const text = `${hostile}]]>&amp;\u2029`;
  expect(inertJson(text)).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(inertJson(text))).toBe(text);
});
