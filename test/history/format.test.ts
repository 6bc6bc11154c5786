import { expect, test } from 'vitest';
import { formOf } from '../../core/history/form-of.ts';
import type { HistoryRun } from '../../core/history/record.ts';
import { isShortRun, shortRun, type ShortRun, wholeRun } from '../../core/history/short-run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { historyIn, placeIn, runOf, someMs, writeHistory } from './history-records.ts';

const releaseOf = (ip: string, given: Partial<HistoryRun> = {}, killed = 3): HistoryRun =>
  runOf({
    event: 'releaseip',
    argv: ['eth0', ip, '24'],
    entries: [
      {
        name: '10.interface',
        kind: 'plugin',
        afterMs: 0,
        tookMs: 2,
        result: 0,
        connectionsKilled: killed,
        connectionsLeft: 1,
      },
      { name: '50.samba', kind: 'script', afterMs: 2, tookMs: 5, result: 0 },
      { name: '60.nfs', kind: 'plugin', afterMs: 7, tookMs: 1, result: 0, changesTold: killed + 1 },
    ],
    ...given,
  });

test('counts and pauses of a run that is like an earlier one are kept', async () => {
  const directory = temporaryDirectory();
  const late = releaseOf('10.0.0.3', { beginMs: someMs + 20 }, 70);
  const paused = {
    ...late,
    entries: late.entries.map((entry, index) => ({ ...entry, afterMs: entry.afterMs + 400 * index })),
  };
  const runs = [releaseOf('10.0.0.1'), releaseOf('10.0.0.2', { beginMs: someMs + 10 }, 0), late, paused];
  await writeHistory(placeIn(directory), runs);
  expect(historyIn(directory)).toEqual(runs);
});

test('addresses that moved beside the one of the event are kept', async () => {
  const directory = temporaryDirectory();
  const moved = ['-10.0.0.1/24 eth0', '-10.0.0.2/24 eth0'];
  const runs = [
    runOf({ event: 'shutdown', moved }),
    runOf({ event: 'shutdown', moved, beginMs: someMs + 9 }),
  ];
  await writeHistory(placeIn(directory), runs);
  expect(historyIn(directory)).toEqual(runs);
});

test('runs whose counts differ are of one form, and take less than a hundred bytes', () => {
  expect(formOf(releaseOf('10.0.0.1'))).toBe(formOf(releaseOf('10.0.0.2', {}, 9)));
  expect(JSON.stringify(shortRun('4711.12', releaseOf('10.123.100.200', {}, 99))).length).toBeLessThan(100);
});

test('a short run that an earlier release wrote has no counts, and its entries follow each other', () => {
  const like = runOf({
    entries: releaseOf('x').entries.map(({ name, kind, result }) => ({
      name,
      kind,
      result,
      afterMs: 9,
      tookMs: 9,
    })),
  });
  const read: unknown[] = ['1.1', someMs, 4, 8, [1, 2, 3], 'eth0'];
  expect(isShortRun(read)).toBe(true);
  const { entries, argv } = wholeRun(read as unknown as ShortRun, like);
  expect(argv).toEqual(['eth0']);
  expect(entries.map(({ afterMs, tookMs }) => [afterMs, tookMs])).toEqual([
    [0, 1],
    [1, 2],
    [3, 3],
  ]);
});

test('the readers of before find the durations of the entries where they were', () => {
  const run = releaseOf('10.0.0.1');
  const [, , , , numbers, ...argv] = shortRun('1.1', run);
  expect(numbers.slice(0, run.entries.length)).toEqual(run.entries.map(({ tookMs }) => tookMs));
  expect(argv).toEqual(run.argv);
});
