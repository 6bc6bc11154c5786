import { expect, test } from 'vitest';
import { readTime } from '../../core/cli/read-time.ts';

const now = new Date(2026, 10, 30, 13, 30, 5);

test.each([
  ['90s', new Date(2026, 10, 30, 13, 28, 35)],
  ['30m', new Date(2026, 10, 30, 13, 0, 5)],
  ['12h', new Date(2026, 10, 30, 1, 30, 5)],
  ['2026-11-29', new Date(2026, 10, 29)],
  ['2026-11-29T03:00', new Date(2026, 10, 29, 3)],
  ['2026-11-29T03:00:00Z', new Date(Date.UTC(2026, 10, 29, 3))],
  ['03:00', new Date(2026, 10, 30, 3)],
  ['13:30:05', now],
  ['13:31', new Date(2026, 10, 29, 13, 31)],
])('%s is that time', (text, expected) => {
  expect(new Date(readTime('--since', text, now.getTime()))).toEqual(expected);
});

test('7d is a week ago', () => {
  expect(now.getTime() - readTime('--since', '7d', now.getTime())).toBe(7 * 86_400_000);
});

test.each(['', 'yesterday', '24:00', '03:60', '3h ago', '-1d', '2026-13-01', '7w'])(
  '"%s" is no time',
  (text) => {
    expect(() => readTime('--since', text, now.getTime())).toThrow(
      `--since: "${text}" is no time, expected 2026-11-30, 2026-11-30T03:00, 03:00 (the last one), or 90s, 30m, 12h, 7d (ago)`,
    );
  },
);
