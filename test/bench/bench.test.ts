import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedPart, readme } from '../docs/readme.ts';
import { capacity } from './capacity.ts';
import { comparisons } from './comparisons.ts';
import { historyCases } from './history/history-cases.ts';
import { benchReadme } from './write-figures.ts';
import { figures } from './readme-figures.ts';
import { replacePart } from './readme-part.ts';
import { report } from './report.ts';
import { median, p95, pairedRatio } from './statistics.ts';
import { heading, table } from './table.ts';
import { takeTurns } from './take-turns.ts';

const platform = { node: '24.0.0', ctdb: 'ctdb 4.17.12-Debian', machine: '2 cores of a kind' };

/** Ten rounds each: Node 20 ms, a move by ctdb-hook 100 ms and by CTDB 50 ms, 60.nfs half of those. */
const samples = Object.fromEntries(
  Object.entries({
    sh: 2,
    node: 20,
    monitor: 50,
    'stock monitor': 2,
    'monitor, alone': 50,
    'monitor, first': 55,
    'host memory, MiB': 58,
    'monitor, 20 addresses': 50,
    'stock monitor, 20 addresses': 50,
    'move, alone': 100,
    'monitor of 70.web': 60,
    'not handled': 3,
    'stock not handled': 4,
    move: 100,
    'stock move': 50,
    'move, connections': 100,
    'stock move, connections': 50,
    'move, 60.nfs': 50,
    'stock move, 60.nfs': 25,
  }).map(([name, value]) => [name, Array.from({ length: 10 }, () => value)]),
);

/** Markdown without the padding that a formatter gives its tables. */
const unpadded = (markdown: string): string => markdown.replaceAll(/ +/g, ' ');

const times = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect([median([3]), median([9, 1, 2]), median([4, 1, 2, 9])]).toEqual([3, 2, 3]);
});

test('p95 is the value that 19 of 20 do not exceed', () => {
  const oneTo = (last: number) => Array.from({ length: last }, (_, index) => last - index);
  expect([p95(oneTo(1)), p95(oneTo(10)), p95(oneTo(20)), p95(oneTo(100))]).toEqual([1, 10, 19, 95]);
});

test('median and p95 are in order and between the extremes, whatever the order of the values', () => {
  fc.assert(
    fc.property(times, (values) => {
      const [least, middle, high, most] = [
        Math.min(...values),
        median(values),
        p95(values),
        Math.max(...values),
      ];
      expect(values.length === 1 || least <= middle).toBe(true);
      expect(high).toBeLessThanOrEqual(most);
      expect(values.length < 3 || middle <= high).toBe(true);
      expect(median(values.toReversed())).toBe(middle);
    }),
  );
});

test('nothing has no median', () => {
  expect(() => median([])).toThrow('No values, expected at least one');
});

test('a ratio is that of the pairs: a slow round does not change it', () => {
  expect(pairedRatio([20, 2000, 40], [10, 1000, 20])).toBe(2);
  expect(() => pairedRatio([1, 2], [1])).toThrow('2 values cannot be paired with 1');
});

test('what is measured takes turns, backwards every second round, and one round does not count', async () => {
  const calls: string[] = [];
  const call = (name: string) => () => calls.push(name);
  const limits = { rounds: 2, roundsMin: 1, limitMs: 60_000 };
  expect(await takeTurns({ a: call('a'), b: call('b') }, limits)).toEqual({ a: [3, 6], b: [4, 5] });
  expect(calls.join('')).toBe('ababba');
});

test('too few rounds say nothing', async () => {
  await expect(takeTurns({ a: () => 1 }, { rounds: 9, roundsMin: 5, limitMs: -1 })).rejects.toThrow(
    'Only 0 rounds in -0.001 seconds, expected 5: this computer is too busy',
  );
});

test('the table has median, p95 and both ratios of a comparison', () => {
  expect(table(samples)).toContain(
    '| 10.interface at `monitor`, without public addresses | 50.0 (50.0) | 2.0 (2.0) | 25 | 2.5 |',
  );
  expect(table(samples)).toContain(
    '| 70.web.ts of plugins/README.md at `monitor`, without its check | 60.0 (60.0) | – | – | 3 |',
  );
  expect(table(samples)).toContain('| 10.interface moves an address | 100.0 (100.0) | 50.0 (50.0) | 2 | – |');
});

test('the table leaves out what was not measured', () => {
  const { node = [], monitor = [] } = samples;
  expect(table({ node, monitor }).split('\n')).toEqual([
    heading,
    '| --- | ---: | ---: | ---: | ---: |',
    '| 10.interface at `monitor`, without public addresses | 50.0 (50.0) | – | – | 2.5 |',
  ]);
});

test('what fits into a time is rounded down to two digits', () => {
  expect(capacity(27_000, ['move'], samples)).toBe(270);
  expect(capacity(26_999, ['move'], samples)).toBe(260);
  expect(capacity(2700, ['move', 'move, 60.nfs'], samples)).toBe(18);
});

test('the report says how many addresses one node can hand to another', async () => {
  const text = (await report(samples, platform)).replaceAll('\n', ' ');
  expect(text).toContain(
    '270 addresses of 10 connections each with the one link 10.interface (CTDB’s script: 540)',
  );
  expect(text).toContain('180 with 60.nfs linked too (CTDB’s: 360)');
  expect(text).toContain('10 starts and 10 moves each');
});

test('the report says what the first event and a host cost', async () => {
  const text = (await report(samples, platform)).replaceAll('\n', ' ');
  expect(text).toContain('leaves the host behind, takes 1.1 times as long as in a process of its own');
  expect(text).toContain('takes 58 MiB of memory as PSS');
});

test('a report without moves says nothing of addresses', async () => {
  const { sh = [], node = [], monitor = [] } = samples;
  const text = await report({ sh, node, monitor }, platform);
  expect(text).toContain('10 starts each');
  expect(text).not.toContain('takeover run');
});

test('a part of a README is replaced, and nothing around it', () => {
  const before = 'a\n<!-- bench -->\nold\n<!-- /bench -->\nb\n';
  const after = 'a\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\nb\n';
  expect(replacePart(before, 'bench', 'new\n')).toBe(after);
  expect(replacePart(after, 'bench', 'new\n')).toBe(after);
  expect(() => replacePart('a\n', 'bench', 'new')).toThrow('The README has no part <!-- bench -->');
});

test('the figures of links were written by the benchmark, all of them', () => {
  const part = unpadded(generatedPart('bench', benchReadme));
  expect(part).toContain(heading);
  for (const { what } of comparisons) expect(part).toContain(`| ${what} |`);
  expect(part).toMatch(/one\snode\scan\shand\sanother\s\d+/);
});

test('the figures of the history were written by the benchmark: it costs an event at most 5 %', () => {
  const part = unpadded(generatedPart('bench:history', benchReadme));
  const ratios = Object.values(historyCases).map(({ what }) => {
    const line = part.split('\n').find((each) => each.startsWith(`| ${what} |`));
    return Number(line?.split('|').at(-2));
  });
  expect(ratios).toHaveLength(3);
  for (const ratio of ratios) expect(ratio).toBeLessThanOrEqual(1.05);
});

test('what README.md shows is what the benchmarks measured', async () => {
  expect(generatedPart('figures').trim()).toBe((await figures(readme(benchReadme))).trim());
  expect(generatedPart('figures')).toMatch(/\*\*\d+\.\d s\*\*[^]* \d+\.\d s[^]*\d+ npm packages, \d+ MB/);
});

test('a figure that no table has is missed', () => {
  expect(() => figures('| CTDB, 4 scripts | 200 of 600 | 1 | 31.5 | 0.9 | |')).toThrow(
    'No table has a row "ctdb-hook, 2 of 4 as plugins, the scripts declare their events", expected one',
  );
});
