import { expect, test } from 'vitest';
import { changeIn } from './address-log.ts';
import { cellsOf } from './cells.ts';
import { connectionsIn, countIn } from './packet-counter.ts';
import { pauseOf } from './pause-of.ts';
import { pausesTable } from './pauses-report.ts';

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

test('the table has median and worst of each way, and ratios to CTDB’s scripts', () => {
  const move = (ms: number | undefined) => ({ awayMs: 40, packets: 3, pauses: { 'TCP read': ms } });
  const table = pausesTable(
    cellsOf(['TCP']).filter(({ manner }) => manner === 'read'),
    new Map([
      ['daemon', [100, 200, 600].map(move)],
      ['stock', [1000, 400, undefined].map(move)],
    ]),
  );
  expect(table).toContain('| TCP read | 0.20 (0.60) | 1.00 (Infinity) | 0.20 |');
  expect(table).toContain('| no node has the address | 0.04 (0.04) | 0.04 (0.04) |');
});
