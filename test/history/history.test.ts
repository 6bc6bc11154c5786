import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { frame } from '../../core/history/frame.ts';
import { HistoryWriter } from '../../core/history/history-writer.ts';
import type { HistoryNote, HistoryRun } from '../../core/history/record.ts';
import { patienceMs } from '../support/eventd-node.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { historyIn, placeIn, runOf, someMs, writeHistory } from './history-records.ts';

const entries = (tookMs: number): HistoryRun['entries'] => [
  { name: '10.interface', kind: 'plugin', afterMs: 0, tookMs, result: 0 },
  { name: '50.samba', kind: 'script', afterMs: tookMs, tookMs: 2, result: 1, output: 'smbd is not there' },
];
const note: HistoryNote = { kind: 'note', beginMs: someMs, level: 'NOTICE', message: 'daemon started' };

/** Runs alike and different ones, and a note. */
const some: readonly (HistoryRun | HistoryNote)[] = [
  note,
  runOf({ entries: entries(1), tookMs: 3, result: 1 }),
  runOf({ entries: entries(4), tookMs: 6, result: 1, beginMs: someMs + 15_000 }),
  runOf({ event: 'takeip', argv: ['eth0', '10.0.0.1', '24'], waitedMs: 7, beginMs: someMs + 16_000 }),
  runOf({ event: 'takeip', argv: ['eth0', '10.0.0.2', '24'], waitedMs: 9, beginMs: someMs + 17_000 }),
  runOf({ entries: entries(2), tookMs: 4, result: 1, beginMs: someMs + 30_000 }),
];

const onlyFile = (directory: string): string => join(directory, readdirSync(directory).join());

test('what is written is read: runs, those that are like earlier ones, and notes', async () => {
  const directory = temporaryDirectory();
  expect(await writeHistory(placeIn(directory), some)).toEqual([]);
  expect(historyIn(directory)).toEqual(some);
  expect(statSync(onlyFile(directory)).mode & 0o777).toBe(0o600);
});

test('there is nothing in a history that was never written', () => {
  expect(historyIn(join(temporaryDirectory(), 'history'))).toEqual([]);
});

test('a run that is like an earlier one takes less than a hundred bytes', async () => {
  const directory = temporaryDirectory();
  const of = (index: number): HistoryRun =>
    runOf({
      event: 'takeip',
      argv: ['eth0', '10.123.100.200', '24'],
      beginMs: someMs + index,
      entries: Array.from({ length: 8 }, (_, at) => ({
        name: `${at}0.service`,
        kind: 'plugin' as const,
        afterMs: 12 * at,
        tookMs: 12,
        result: 0,
      })),
    });
  await writeHistory(placeIn(directory), [of(0)]);
  const { size } = statSync(onlyFile(directory));
  await writeHistory(
    placeIn(directory),
    Array.from({ length: 1001 }, (_, index) => of(index)),
  );
  expect((statSync(onlyFile(directory)).size - 2 * size) / 1000).toBeLessThan(100);
});

test('what is wanted is told by event, entry, result, duration and time', async () => {
  const directory = temporaryDirectory();
  await writeHistory(placeIn(directory), some);
  expect(historyIn(directory, { event: 'takeip', hasNotes: false })).toEqual(some.slice(3, 5));
  expect(historyIn(directory, { entry: '50.samba', hasNotes: false })).toEqual([some[1], some[2], some[5]]);
  expect(historyIn(directory, { isFailed: true, hasNotes: false })).toEqual([some[1], some[2], some[5]]);
  expect(historyIn(directory, { slowerMs: 4, hasNotes: false })).toEqual([some[2], some[5]]);
  expect(historyIn(directory, { sinceMs: someMs + 16_000, untilMs: someMs + 17_000 })).toEqual(
    some.slice(3, 5),
  );
});

test('a writer that is killed at any byte of its last record costs that one alone', async () => {
  const directory = temporaryDirectory();
  await writeHistory(placeIn(directory), some.slice(0, -1));
  const file = onlyFile(directory);
  const whole = readFileSync(file);
  const last = frame({ ...runOf({ event: 'startup' }) });
  const later = runOf({ event: 'setup' });
  for (let cut = 1; cut < Buffer.byteLength(last); cut += 1) {
    writeFileSync(file, Buffer.concat([whole, Buffer.from(last).subarray(0, cut)]));
    appendFileSync(file, frame(later));
    const read = historyIn(directory);
    expect(read.filter(({ kind }) => kind !== 'unreadable')).toEqual([...some.slice(0, -1), later]);
    expect(read.filter(({ kind }) => kind === 'unreadable').length).toBe(cut === 1 ? 0 : 1);
  }
});

test('no byte that changes makes another record of one', async () => {
  const directory = temporaryDirectory();
  await writeHistory(placeIn(directory), some);
  const file = onlyFile(directory);
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += 1) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x02, at);
    writeFileSync(file, changed);
    const read = historyIn(directory).filter(({ kind }) => kind !== 'unreadable');
    for (const record of read) expect(some).toContainEqual(record);
    expect(read.length).toBeLessThan(some.length + 1);
    expect(read.length).toBeGreaterThan(1);
  }
});

test('zeros that a power failure leaves at the end are no records', async () => {
  const directory = temporaryDirectory();
  await writeHistory(placeIn(directory), some);
  appendFileSync(onlyFile(directory), Buffer.alloc(4096));
  await writeHistory(placeIn(directory), some);
  expect(historyIn(directory)).toEqual([...some, ...some]);
});

test('a file of a later version is told of and not read', async () => {
  const directory = temporaryDirectory();
  await writeHistory(placeIn(directory), some);
  const later = join(directory, 'runs-000002');
  writeFileSync(later, frame({ kind: 'history', version: 2 }) + frame({ kind: 'dream' }));
  expect(historyIn(directory)).toEqual([
    ...some,
    { kind: 'unreadable', path: later, why: 'its version is 2, expected at most 1' },
  ]);
});

test('it does not become larger than it may, and the oldest goes first', async () => {
  const directory = temporaryDirectory();
  const place = placeIn(directory, { bytesMax: 2 ** 20 });
  const messageOf = (index: number): HistoryNote => ({ ...note, message: `${index} ${'x'.repeat(500)}` });
  for (let from = 0; from < 6000; from += 300)
    await writeHistory(
      place,
      Array.from({ length: 300 }, (_, index) => messageOf(from + index)),
    );
  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
  const all = sizes.reduce((sum, size) => sum + size);
  expect(all).toBeGreaterThan(2 ** 19);
  expect(all).toBeLessThanOrEqual(2 ** 20 + 300 * 600);
  const read = historyIn(directory);
  expect(read.at(-1)).toEqual(messageOf(5999));
  expect(read[0]).toEqual(messageOf(6000 - read.length));
});

test('a file whose last record is too old goes when another one is begun', async () => {
  const directory = temporaryDirectory();
  const place = placeIn(directory, { bytesMax: 16 * 1000 });
  await writeHistory(place, [{ ...note, message: 'x'.repeat(2000) }]);
  const old = onlyFile(directory);
  utimesSync(old, Date.now() / 1000 - 31 * 86_400, Date.now() / 1000 - 31 * 86_400);
  await writeHistory(place, [note]);
  expect(historyIn(directory)).toEqual([note]);
});

test('two writers write to one file', async () => {
  const directory = temporaryDirectory();
  await Promise.all([writeHistory(placeIn(directory), some), writeHistory(placeIn(directory), some)]);
  const read = historyIn(directory);
  expect(read.length).toBe(2 * some.length);
  for (const record of some)
    expect(read.filter((each) => JSON.stringify(each) === JSON.stringify(record)).length).toBe(2);
});

test('where it cannot be kept that is told once, and once when it can be again', async () => {
  const directory = join(temporaryDirectory(), 'history');
  writeFileSync(directory, 'no directory');
  const reports: string[] = [];
  const nowMs = vi.spyOn(performance, 'now').mockReturnValue(1000);
  try {
    const writer = new HistoryWriter(placeIn(directory), (message) => reports.push(message));
    for (const _again of [1, 2]) {
      writer.add(note);
      await writer.close(patienceMs);
    }
    rmSync(directory);
    mkdirSync(directory);
    chmodSync(directory, 0o777); // Another reason.
    nowMs.mockReturnValue(61_001);
    writer.add(note);
    await writer.close(patienceMs);
    expect(reports).toEqual([
      expect.stringMatching(/^WARNING: the history in .*\/history is not kept: EEXIST/),
    ]);
    chmodSync(directory, 0o700);
    nowMs.mockReturnValue(122_000);
    writer.add(note);
    await writer.close(patienceMs);
    expect(reports.slice(1)).toEqual(['The history is kept again; 3 records are missing']);
    expect(historyIn(directory)).toEqual([note]);
  } finally {
    nowMs.mockRestore();
  }
});

test('it is not kept where somebody else could write', async () => {
  const directory = join(temporaryDirectory(), 'history');
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  expect(await writeHistory(placeIn(directory), [note])).toEqual([
    expect.stringMatching(/^WARNING: the history in .* is not kept: .*777/),
  ]);
  expect(readdirSync(directory)).toEqual([]);
});

test('a history that somebody has removed is begun anew', async () => {
  const directory = join(temporaryDirectory(), 'history');
  const writer = new HistoryWriter(placeIn(directory), () => undefined);
  const long: HistoryNote = { ...note, message: 'x'.repeat(70_000) };
  writer.add(long);
  await vi.waitUntil(() => historyIn(directory).length === 1, patienceMs);
  rmSync(directory, { recursive: true });
  writer.add(note);
  await writer.close(patienceMs);
  expect(historyIn(directory)).toEqual([note]);
});
