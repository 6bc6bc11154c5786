import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { changeIn, isArrivalAfter } from './address-log.ts';
import { generatedPart } from '../../docs/readme.ts';
import { benchReadme } from '../write-figures.ts';
import { cellsOf, protocols } from './cells.ts';
import { connectionsIn, countIn } from './packet-counter.ts';
import { pauseOf } from './pause-of.ts';
import { KeptMoves } from './kept-moves.ts';
import { measure, type Moves } from './measurements.ts';
import type { Move } from './move.ts';
import { pausesChart } from './pauses-chart.ts';
import {
  alikeHeading,
  alikeReport,
  described,
  mixedHeading,
  mixedReport,
  releaseHeading,
  releaseReport,
  situationsReport,
} from './pauses-report.ts';
import { plainMove } from './situations.ts';
import { planOf, route, type Pair } from './ways.ts';

const times = { beganMs: 1000, releasedMs: 2000, askedMs: 4000 };

test('the pause of a stream is the longest time between two pieces since the move began', () => {
  expect(pauseOf('read', [100, 1000, 1020, 1900, 1950], times)).toBe(880);
  expect(pauseOf('write', [100, 1000], times)).toBeUndefined();
});

test('an idle client has waited since it asked again', () => {
  expect(pauseOf('idle', [4010, 4500], times)).toBe(10);
  expect(pauseOf('idle', [], times)).toBeUndefined();
});

test('a client that waits for an answer has waited since its address began to be released', () => {
  expect([pauseOf('waiting', [2900], times), pauseOf('fresh', [2100], times)]).toEqual([900, 100]);
});

test('a client that had its answer before the address was released has not waited for one', () => {
  expect(() => pauseOf('waiting', [1990], times)).toThrow('A client had its answer 10 ms too early');
});

test('the kernel tells when an address comes and goes', () => {
  const at = Date.UTC(2026, 10, 30, 4, 20, 24, 123);
  const line = (words: string): string => `[2026-11-30T04:20:24.123456] ${words} valid_lft forever`;
  expect(changeIn(line('12: eth0    inet 10.98.0.1/24 scope global eth0\\'), 1)).toEqual({
    atMs: at,
    pnn: 1,
    ip: '10.98.0.1',
    isThere: true,
  });
  expect(changeIn(line('Deleted 12: eth0    inet6 fd98::1/64 scope global \\'), 0)).toEqual({
    atMs: at,
    pnn: 0,
    ip: 'fd98::1',
    isThere: false,
  });
});

test('an IPv6 address has not come as long as it is tentative, or a duplicate', () => {
  const line = (state: string): string =>
    `[2026-11-30T04:20:24.123456] 12: eth0    inet6 fd98::1/64 scope global ${state} \\`;
  expect([changeIn(line('tentative'), 0), changeIn(line('dadfailed tentative'), 0)]).toEqual([
    undefined,
    undefined,
  ]);
});

test('the arrival of an address may be noted before its departure from another node', () => {
  const left = { atMs: 10_000, pnn: 0, ip: '10.98.0.1', isThere: false };
  const isArrival = (atMs: number, pnn: number) =>
    isArrivalAfter(left, { ...left, atMs, pnn, isThere: true });
  expect([isArrival(10_040, 1), isArrival(9990, 1), isArrival(10_040, 0)]).toEqual([true, true, true]);
  expect([isArrival(9990, 0), isArrival(9000, 1), isArrivalAfter(left, left)]).toEqual([false, false, false]);
});

test('nft’s JSON has the connections and the count', () => {
  const set = { set: { name: 'seen', elem: [{ concat: [40_000, 2049] }, { concat: [770, 445] }] } };
  expect(connectionsIn(JSON.stringify({ nftables: [{ metainfo: {} }, set] }))).toEqual([
    '40000 . 2049',
    '770 . 445',
  ]);
  expect(connectionsIn(JSON.stringify({ nftables: [{ set: { name: 'seen' } }] }))).toEqual([]);
  expect(countIn(JSON.stringify({ nftables: [{ counter: { packets: 7 } }] }))).toBe(7);
  expect(() => countIn('{"nftables":[]}')).toThrow('nft lists no counter, but {"nftables":[]}');
});

/** Moves in which the TCP client had these pauses. */
const movesOf = (...pausesMs: readonly (number | null)[]): readonly Move[] =>
  pausesMs.map((ms) => ({
    from: 0,
    to: 1,
    awayMs: 40,
    connections: 2,
    packets: 5,
    pauses: { 'TCP read': ms },
  }));

const cells = cellsOf(['TCP']).filter(({ manner }) => manner === 'read');
const alikeMoves: Moves = new Map([
  ['daemon', movesOf(100, 200, 600)],
  ['stock', movesOf(400, 1000, null)],
]);

const versions = { suite: 'trixie', servers: 'ctdb 4.22, samba 4.22', clients: 'libnfs13 4.0.0' };

/** Markdown without the padding and the line breaks that a formatter gives it. */
const unpadded = (markdown: string): string => markdown.replaceAll(/\s+/g, ' ');

test('the table has median and worst of each way, and ratios to CTDB’s scripts', async () => {
  const text = unpadded(await alikeReport(cells, alikeMoves, versions));
  expect(text).toContain('| A client that | daemon | stock | daemon : stock |');
  expect(text).toContain('| TCP: reads a stream | 0.20 (0.60) | 1.00 (not in 20) | 0.20 |');
  expect(text).toContain('median and worst of 3 moves each');
  expect(text).toContain('had at most 3 packets each');
  expect(text).toContain('none of 6 moves had an ACK storm');
});

test('the tables say what servers and clients there were', async () => {
  expect(unpadded(await alikeReport(cells, alikeMoves, versions))).toContain(
    '(ctdb 4.22, samba 4.22; clients: libnfs13 4.0.0)',
  );
  const text = unpadded(await releaseReport(cells, alikeMoves, versions));
  expect(text).toContain('nodes of Debian trixie (ctdb 4.22, samba 4.22)');
  expect(text).toContain('| TCP: reads a stream | 0.20 (0.60) | 1.00 (not in 20) | 0.20 |');
  expect(text).toContain('none of 6 moves had an ACK storm');
});

test('a storm of packets is said', async () => {
  const storm = movesOf(100).map((move) => ({ ...move, packets: 30_000 }));
  const text = unpadded(await alikeReport(cells, new Map([...alikeMoves, ['daemon', storm]]), versions));
  expect(text).toContain('1 of 4 moves had an ACK storm');
});

test('pauses that nobody feels are not compared', async () => {
  const text = unpadded(await alikeReport(cells, alikeMoves, versions));
  expect(text).toContain('| no node has the address | 0.04 (0.04) | 0.04 (0.04) | – |');
});

test('a client that was never told has waited for as long as was waited for it', async () => {
  const never = new Map([...alikeMoves, ['stock', movesOf(null)], ['daemon', movesOf(1000)]]);
  expect(unpadded(await alikeReport(cells, never, versions))).toContain('| not in 20 (not in 20) | 0.05 |');
});

test('nodes that differ stand beside nodes that are both CTDB’s', async () => {
  const text = unpadded(
    await mixedReport(
      cells,
      new Map([...alikeMoves, ['stock → daemon', movesOf(500)], ['daemon → stock', movesOf(250)]]),
    ),
  );
  expect(text).toContain('| daemon | stock | stock → daemon | daemon → stock |');
  expect(text).toContain('| 0.20 (0.60) | 1.00 (not in 20) | 0.50 (0.50) | 0.25 (0.25) |');
});

test('a situation has a row for each client, and one for how long no node had the address', async () => {
  const text = unpadded(await situationsReport(cells, new Map([['IPv6', alikeMoves]])));
  expect(text).toContain('| IPv6: TCP: reads a stream | 0.20 (0.60) |');
  expect(text).toContain('| IPv6: no node has the address | 0.04 (0.04) |');
});

test('the table of situations says how many moves each has', async () => {
  const textOf = async (...counts: readonly number[]) => {
    const situations = counts.map((count, index) => {
      const moves: Moves = new Map([['daemon', movesOf(...Array.from({ length: count }, () => 100))]]);
      return [`${index}`, moves] as const;
    });
    return unpadded(await situationsReport(cells, new Map(situations)));
  };
  expect(await textOf(10, 10)).toContain('fewer clients; 10 moves each');
  expect(await textOf(10, 3)).toContain('fewer clients; 3 to 10 moves each');
});

test('what was measured is kept in a file, where a later run finds it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pauses-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const path = join(directory, 'kept.json');
  new KeptMoves(path).keep('alike', alikeMoves);
  expect(new KeptMoves(path).of('alike')).toEqual(alikeMoves);
  expect(new KeptMoves(path).of('mixed')).toEqual(new Map());
  const links: Moves = new Map([['links', movesOf(300)]]);
  new KeptMoves(path).keep('alike', links);
  expect(new KeptMoves(path).of('alike')).toEqual(new Map([...alikeMoves, ...links]));
});

test('moves that are kept are not measured again', async () => {
  const kept = new KeptMoves();
  kept.keep('IPv6', alikeMoves);
  const pairs: readonly Pair[] = [
    ['stock', 'stock'],
    ['daemon', 'daemon'],
  ];
  const moves = await measure({ name: 'IPv6', situation: plainMove, pairs, cells, count: 3 }, kept);
  expect([...moves]).toEqual([...alikeMoves].toReversed());
});

test('the chart has a bar for each way, and says who was not told', () => {
  const chart = pausesChart(cells, new Map([...alikeMoves, ['stock', movesOf(null)]]));
  expect(chart).toContain('>TCP: reads a stream</text>');
  expect(chart).toContain('>ctdb-hook 0.20 s</text>');
  expect(chart).toContain('>CTDB is not told</text>');
  expect(chart).not.toContain('NaN');
});

test('nodes that are alike and nodes that are not have the plan of their ways', () => {
  const eventds = (pair: Pair) => [0, 1].map((pnn) => planOf(pair).eventd?.(pnn));
  expect([eventds(['daemon', 'daemon']), eventds(['daemon', 'stock'])]).toEqual([
    ['ours', 'ours'],
    ['ours', 'stock'],
  ]);
  expect([planOf(['links', 'stock']).links, planOf(['stock', 'stock']).links]).toEqual([
    ['10.interface', '50.samba', '60.nfs'],
    undefined,
  ]);
  expect([route('daemon', 'daemon'), route('daemon', 'stock')]).toEqual(['daemon', 'daemon → stock']);
});

test('the figures of what clients feel were written by the benchmark', () => {
  const written = (part: string) => unpadded(generatedPart(`bench:clients:${part}`, benchReadme));
  expect(written('alike')).toContain(alikeHeading);
  for (const cell of cellsOf(protocols)) expect(written('alike')).toContain(`| ${described(cell)} |`);
  expect(written('mixed')).toContain(mixedHeading);
  expect(written('trixie')).toContain(releaseHeading);
});
