import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findSkew } from '../../core/timeline/find-skew.ts';
import { lastTakeovers } from '../../core/timeline/find-takeovers.ts';
import { makeStory } from '../../core/timeline/make-story.ts';
import { openHistories } from '../../core/timeline/open-histories.ts';
import type { NodeHistory } from '../../core/timeline/node-history.ts';
import type { Story } from '../../core/timeline/story.ts';
import { storyLines } from '../../core/timeline/story-lines.ts';
import { placeIn, runOf, someMs, writeHistory } from '../history/history-records.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { addressOf, exportOf, failover, failoverMs } from './failover.ts';

/** The histories of the nodes of a failover of so many addresses. */
function historiesOf(addresses: number): NodeHistory[] {
  const directory = temporaryDirectory();
  const paths = failover(addresses).map((node) => {
    const path = join(directory, `${node.name}.history`);
    writeFileSync(path, exportOf(node));
    return path;
  });
  return openHistories(paths);
}

function storyOf(histories: readonly NodeHistory[], isAligned = false): Story {
  const [takeover] = lastTakeovers(histories, 1).takeovers;
  if (takeover === undefined) throw new Error('no takeover was found');
  return makeStory(histories, { fromMs: takeover.beginMs - 2000, untilMs: takeover.endMs + 2000, isAligned });
}

const linesOf = (story: Story, isWhole = false): string[] =>
  storyLines(story, { timeOf: (ms) => new Date(ms).toISOString(), printable: (text) => text, isWhole });

test('a takeover is what moved together, over all nodes', () => {
  expect(lastTakeovers(historiesOf(20), 5).takeovers).toEqual([
    { beginMs: failoverMs - 45, endMs: expect.any(Number) as number, taken: 20, released: 20, failed: 0 },
  ]);
});

test('two takeovers are two if nothing happened for five seconds between', async () => {
  const directory = temporaryDirectory();
  const takeAt = (afterMs: number) =>
    runOf({ event: 'takeip', argv: ['eth0', '10.0.0.1', '24'], beginMs: someMs + afterMs });
  await writeHistory(placeIn(directory), [
    takeAt(0),
    takeAt(4_000),
    takeAt(9_100),
    runOf({ beginMs: someMs + 60_000 }),
  ]);
  const found = lastTakeovers(openHistories([directory]), 9).takeovers;
  expect(found.map(({ beginMs, taken }) => [beginMs - someMs, taken])).toEqual([
    [9_100, 1],
    [0, 2],
  ]);
});

test('each address has from where to where it went, and how long it was on no node by raw clocks', () => {
  const { moves } = storyOf(historiesOf(20));
  expect(moves).toHaveLength(20);
  expect(moves.map(({ from, to }) => `${from?.node} ${to?.node}`)).toEqual(
    Array.from({ length: 20 }, (_, index) => `node3 node${1 + (index % 2)}`),
  );
  const [first] = moves;
  expect(first?.ip).toBe(addressOf(0));
  expect(first?.offMs).toBe((first?.to?.endMs ?? 0) - (first?.from?.endMs ?? 0));
});

test('an address that is taken before its release by clocks that differ is one move all the same', () => {
  const move = (node: string, event: string, beginMs: number): NodeHistory => ({
    name: node,
    path: node,
    untilMs: someMs + 60_000,
    read: () => [runOf({ event, argv: ['eth0', '10.0.0.1', '24'], beginMs, tookMs: 5 })],
    readLog: () => undefined,
  });
  const histories = [move('a', 'releaseip', someMs + 300), move('b', 'takeip', someMs)];
  expect(storyOf(histories).moves).toEqual([
    expect.objectContaining({
      ip: '10.0.0.1',
      offMs: -300,
      from: expect.objectContaining({ node: 'a' }) as object,
    }),
  ]);
});

test('clocks are raw; how they differ is a note; --align shifts, and says so', () => {
  const histories = historiesOf(20);
  const raw = storyOf(histories);
  const aligned = storyOf(histories, true);
  expect(raw.nodes.map(({ skew }) => skew?.ms)).toEqual([undefined, 312, -45]);
  const settledAt = (story: Story): number[] =>
    story.nodes.map(({ runs }) => runs.find(({ event }) => event === 'ipreallocated')?.beginMs ?? 0);
  const [, second = 0, third = 0] = settledAt(raw).map((ms) => ms - (settledAt(raw)[0] ?? 0));
  expect([second, third]).toEqual([312, -45]);
  expect(new Set(settledAt(aligned)).size).toBe(1);
  expect(linesOf(raw)).toContain("Times are those of each node's own clock");
  expect(linesOf(raw)).toContain(
    'node2: its clock is 312 ms ahead of that of node1, by one event that ctdbd asked both for',
  );
  expect(linesOf(raw).join('\n')).toContain(', by clocks that differ by up to 357 ms: --align\n');
  expect(linesOf(aligned).join('\n')).not.toContain('clocks that differ');
  expect(linesOf(aligned)).toContain('Lanes are shifted to the clock of node1 (--align)');
});

test('where nothing tells how clocks differ that is said, and not guessed', () => {
  const at = (beginMs: number) => runOf({ event: 'ipreallocated', beginMs });
  expect(findSkew([at(someMs)], [])).toBeUndefined();
  expect(findSkew([at(someMs)], [at(someMs + 1), at(someMs + 900)])).toBeUndefined();
  expect(findSkew([at(someMs)], [at(someMs + 120_000)])).toBeUndefined();
  expect(findSkew([at(someMs), at(someMs + 50)], [at(someMs + 7), at(someMs + 59)])).toEqual({
    ms: 9,
    leastMs: 7,
    mostMs: 9,
    events: 2,
  });
});

test('a run that a kill cut is shown with the entry that it was at', () => {
  const story = storyOf(historiesOf(20));
  expect(story.nodes[1]?.open).toEqual([
    expect.objectContaining({ event: 'monitor', entry: '50.samba', end: 'cut by a kill' }),
  ]);
  expect(linesOf(story).join('\n')).toContain('monitor: cut by a kill, in 50.samba');
});

test('a run that goes on is still running', () => {
  const beginMs = someMs + 1000;
  const open = {
    event: 'takeip',
    argv: ['eth0', '10.0.0.1', '24'],
    beginMs,
    waitedMs: 2,
    entry: '60.nfs',
    afterMs: 5,
  };
  const note = {
    kind: 'note',
    beginMs: beginMs + 500,
    level: 'INFO',
    message: 'takeip goes on',
    open,
  } as const;
  const history: NodeHistory = {
    name: 'a',
    path: 'a',
    untilMs: beginMs + 3000,
    read: () => [note],
    readLog: () => undefined,
  };
  const { nodes } = makeStory([history], { fromMs: someMs, untilMs: someMs + 9000, isAligned: false });
  expect(nodes[0]?.open).toEqual([{ ...open, end: 'still running', untilMs: beginMs + 3000 }]);
  expect(nodes[0]?.notes).toEqual([]);
});

test('deferred work tells how long address changes waited for the plugin that acts on them', () => {
  const story = storyOf(historiesOf(20));
  expect(story.nodes.map(({ deferred }) => deferred.map(({ entry, changes }) => [entry, changes]))).toEqual([
    [['60.nfs', 10]],
    [['60.nfs', 10]],
    [['60.nfs', 20]],
  ]);
  const [work] = story.nodes[2]?.deferred ?? [];
  expect(work?.fromMs).toBe(failoverMs - 45 + 2);
});

test('the terminal has one line for what is alike, what failed first, and a line for each run if asked', () => {
  const story = storyOf(historiesOf(20));
  const lines = linesOf(story);
  expect(lines[1]).toBe('FAILED: ipreallocated on node1: ERROR 1 at 50.samba: smbd is not there');
  expect(lines.join('\n')).toMatch(/20 releaseip: OK, the last after 38 ms; 9 connections killed, 2 left\n/);
  expect(lines.length).toBeLessThan(65);
  expect(linesOf(story, true).filter((line) => line.includes('takeip eth0'))).toHaveLength(20);
});

test('clocks that do not differ are the same, with how far that is known', () => {
  const settled = (name: string, shiftsMs: readonly number[]): NodeHistory => ({
    name,
    path: name,
    untilMs: someMs,
    read: () =>
      shiftsMs.map((ms, index) =>
        runOf({ event: 'ipreallocated', beginMs: someMs + 1000 * index + ms, argv: [name] }),
      ),
    readLog: () => undefined,
  });
  const story = makeStory([settled('a', [0, 0, 0]), settled('b', [-4, 0, 9])], {
    fromMs: someMs,
    untilMs: someMs + 9000,
    isAligned: false,
  });
  expect(linesOf(story)).toContain(
    'b: its clock is the same (-4 to 9 ms) as that of a, by 3 events that ctdbd asked both for',
  );
});

test('what ctdbd says of each address is one line, and each has its own if asked', () => {
  const log = Array.from({ length: 9 }, (_, index) => ({
    beginMs: someMs + index,
    message: `Takeover of IP 10.0.0.${index}/24 on interface eth0`,
  }));
  const history: NodeHistory = { name: 'a', path: 'a', untilMs: someMs, read: () => [], readLog: () => log };
  const story = makeStory([history], { fromMs: someMs, untilMs: someMs + 50, isAligned: false });
  const told = (isWhole: boolean) =>
    linesOf(story, isWhole).filter((line) => line.includes('Takeover of IP'));
  expect(told(false)).toEqual([
    expect.stringContaining('10.0.0.0/24 on interface eth0, and 8 more like it') as string,
  ]);
  expect(told(true)).toHaveLength(9);
});
