import { expect, test } from 'vitest';
import { takeoverRunsIn } from './takeover-runs.ts';

const line = (seconds: number, text: string): string =>
  `2026-11-28T02:07:${seconds.toFixed(6).padStart(9, '0')}+00:00 node0 ${text}\n`;
const start = (seconds: number): string => line(seconds, 'ctdb-recoverd[65]: Takeover run starting');
const release = (seconds: number): string =>
  line(seconds, 'ctdbd[35]: Release of IP 10.98.0.9/16 on interface eth0  node:1');
const take = (seconds: number): string =>
  line(seconds, 'ctdbd[35]: Takeover of IP 10.98.0.9/16 on interface eth0');
const since = new Date('2026-11-28T02:07:10Z');

test('runs before the first address was released, and after the last was taken, do not count', () => {
  const log = [start(1), release(2), take(3), start(11), start(12), release(13), take(14), start(14.5)];
  expect(takeoverRunsIn(log.join(''), since)).toBe(1);
});

test('one that had to be repeated counts, in whatever order the nodes are read', () => {
  const log = [take(12.5), take(15), start(11), release(12), start(14)];
  expect(takeoverRunsIn(log.join(''), since)).toBe(2);
});

test('without an address that moved there was none', () => {
  expect(takeoverRunsIn(start(11) + release(12), since)).toBe(0);
});
