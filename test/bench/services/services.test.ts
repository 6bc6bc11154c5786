import { expect, test } from 'vitest';
import { generatedPart } from '../../docs/readme.ts';
import { benchReadme } from '../write-figures.ts';
import { atCadence } from './at-cadence.ts';
import { cadences } from './cadences.ts';
import { hasServices, servicesHeading, servicesReport } from './services-report.ts';

/** Something whose processor time grows by so much at each `monitor`, and by so much after it. */
function monitored(eventMs: number, afterMs: number) {
  let used = 0;
  let isOver = false;
  return {
    cpu: {
      usedMs() {
        if (isOver) used += afterMs;
        isOver = false;
        return used;
      },
    },
    lastRaised: () => Promise.resolve('at noon'),
    monitorMs() {
      used += eventMs;
      return Promise.resolve(eventMs).finally(() => setImmediate(() => (isOver = true)));
    },
  };
}

/** Two rounds: CTDB 100 and 300 ms, netlink 10, commands 50, of which half is the event's. */
const samples = Object.fromEntries(
  cadences.flatMap(({ name }) =>
    Object.entries({ stock: [100, 300], netlink: [10, 10], commands: [50, 50] }).flatMap(([side, values]) => [
      [`${side} ${name}`, values],
      [`${side} ${name}, event`, values.map((value) => value / 2)],
      [`${side} ${name}, took`, values.map((value) => value / 10)],
    ]),
  ),
);

/** Markdown without the padding and the line breaks that a formatter gives it. */
const unpadded = (markdown: string): string => markdown.replaceAll(/\s+/g, ' ');

test('what is done between events counts, and is told apart from what they take', async () => {
  const cases = { a: monitored(5, 1), b: monitored(70, 0) };
  expect(await atCadence(cases, { intervalMs: 10, rounds: 3 })).toEqual({
    a: [6, 6, 6],
    'a, event': [5, 5, 5],
    'a, took': [5, 5, 5],
    b: [70, 70, 70],
    'b, event': [70, 70, 70],
    'b, took': [70, 70, 70],
  });
});

test('a round does not count in which somebody else raised `monitor`', async () => {
  const raised = ['1', '1', '2', 'somebody else’s', '3', '3'].values();
  const node = { ...monitored(5, 1), lastRaised: () => Promise.resolve(String(raised.next().value)) };
  expect((await atCadence({ node }, { intervalMs: 10, rounds: 3 }))['node']).toEqual([6, 6]);
});

test('a `monitor` that fails ends the measurement', async () => {
  const failing = { ...monitored(1, 1), monitorMs: () => Promise.reject(new Error('smbd is gone')) };
  await expect(atCadence({ failing }, { intervalMs: 0, rounds: 1 })).rejects.toThrow('smbd is gone');
});

test('the report has the mean of each pace, and what the networks take of CTDB’s', async () => {
  const text = unpadded(await servicesReport(samples));
  const all = 'with all that is done between events | 10.0 | 50.0 | 200.0 | 0.05 | 0.25 |';
  expect(text).toContain(`| every 15 seconds, as ctdbd raises it, ${all}`);
  expect(text).toContain(`| every second, ${all}`);
  expect(text).toContain('| every second, the event alone | 5.0 | 25.0 | 100.0 | 0.05 | 0.25 |');
  expect(text).toContain('every second, after 1 ms, by commands after 5, by CTDB’s scripts after 20');
  expect(text).toContain('It is the mean of 2 and 2 rounds');
});

test('there is nothing to report where there were no services', () => {
  expect([hasServices(samples), hasServices({})]).toEqual([true, false]);
});

test('the figures of live services were written by the benchmark, all of them', () => {
  const part = unpadded(generatedPart('bench:services', benchReadme));
  expect(part).toContain(servicesHeading);
  for (const { name } of cadences)
    expect(part).toMatch(new RegExp(`\\| ${name}[^|]* \\|( \\d+\\.\\d+ \\|){5}`));
});
