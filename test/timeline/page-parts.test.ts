import { expect, test } from 'vitest';
import { finder } from '../../core/timeline/page/finder.ts';
import { rowsOf } from '../../core/timeline/page/rows.ts';
import { ticks, timeOfDay, within, zoomed } from '../../core/timeline/page/scale.ts';
import type { PageSpan, PageStory } from '../../core/timeline/page-story.ts';

test.each([
  ['10.0.0.7', 'takeip eth0 10.0.0.7 24', true],
  ['10.0.0.7', 'takeip eth0 10.0.0.70 24', false],
  ['10.0.0.7', 'takeip eth0 110.0.0.7 24', false],
  ['10.0.0.7', 'released ip 10.0.0.7.', true],
  ['10.0.0.7', '10.0.0.7/24', true],
  ['fd98::1', 'takeip eth0 fd98::1 64', true],
  ['fd98::1', 'takeip eth0 fd98::11 64', false],
  ['10.0.0', 'takeip eth0 10.0.0.7 24', true],
  ['samba', '50.samba: error', true],
])('%s in "%s": %s', (word, text, isThere) => {
  expect(finder(word)(text)).toBe(isThere);
});

test('one looks neither beyond the ends nor closer than a few milliseconds', () => {
  const whole = { fromMs: 0, untilMs: 1000 };
  expect(within(whole, { fromMs: -500, untilMs: 300 })).toEqual({ fromMs: 0, untilMs: 800 });
  expect(within(whole, { fromMs: 900, untilMs: 1500 })).toEqual({ fromMs: 400, untilMs: 1000 });
  expect(within(whole, { fromMs: 500, untilMs: 500 })).toEqual({ fromMs: 497.5, untilMs: 502.5 });
  expect(within(whole, { fromMs: -9000, untilMs: 9000 })).toEqual(whole);
});

test('the time under the mouse stays where it is', () => {
  expect(zoomed({ fromMs: 0, untilMs: 100 }, 2, 25)).toEqual({ fromMs: 12.5, untilMs: 62.5 });
});

test('ticks are 1, 2 or 5 times a power of ten apart', () => {
  expect(ticks({ fromMs: -10, untilMs: 2600 }, 6)).toEqual([0, 500, 1000, 1500, 2000, 2500]);
  expect(ticks({ fromMs: 3, untilMs: 8 }, 10)).toEqual([3, 4, 5, 6, 7, 8]);
});

test('times are those of the zone in which the page was made', () => {
  expect(timeOfDay(Date.UTC(2026, 10, 30, 23, 30, 5, 7), 60)).toBe('00:30:05.007');
});

test('each entry has a row, what overlaps stands below each other, and what waits is counted', () => {
  const spans: PageSpan[] = [
    [0, 0, 10, 'waited', 'takeip', ''],
    [1, 0, 10, 'ok', 'takeip', ''],
    [1, 5, 10, 'ok', 'monitor', ''],
    [2, 0, 4, 'ok', '60.nfs', ''],
    [2, 5, 4, 'no end', '50.samba (still running)', ''],
    [3, 5, -1, 'said', 'a note', ''],
  ];
  const story: PageStory = {
    title: '',
    madeBy: '',
    fromMs: 0,
    untilMs: 20,
    zoneMinutes: 0,
    notes: [],
    lanes: ['waiting', 'events', 'plugins and scripts', 'event daemon'],
    nodes: [{ name: 'node1', spans }],
    moves: [],
  };
  expect(rowsOf(story).map(({ label, kind, items }) => [label, kind, items.length])).toEqual([
    ['node1', 'node', 0],
    ['waiting', 'count', 1],
    ['events', 'bars', 1],
    ['', 'bars', 1],
    ['50.samba', 'bars', 1],
    ['60.nfs', 'bars', 1],
    ['event daemon', 'marks', 1],
  ]);
});
