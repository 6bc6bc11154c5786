import { expect, test } from 'vitest';
import { logOutput, logRuns } from '../../core/daemon/log-runs.ts';
import type { Entry } from '../../core/event-directory/entry.ts';
import { RunNotifier } from '../../core/run-observers/run-notifier.ts';
import type { RunRecord } from '../../core/run/run-event.ts';

/** What is logged of an output. */
function logged(output: string): string[] {
  const lines: string[] = [];
  const write = (_level: string, message: string | Uint8Array) => lines.push(String(message));
  logOutput({ write, reopen: () => undefined, close: () => Promise.resolve() }, '50.x', Buffer.from(output));
  return lines;
}

test('each line of an output is logged after its name, blank ones not', () => {
  expect(logged('a\n\nb')).toEqual(['50.x: a', '50.x: b']);
  expect(logged('')).toEqual([]);
});

test('of very many lines a thousand are logged, and how much more there is', () => {
  const lines = logged('out\n'.repeat(5000));
  expect(lines).toHaveLength(1001);
  expect(lines.at(-1)).toBe('50.x: [16000 bytes more, see ctdb event status]');
});

test('of a very long line as much is logged as of very many', () => {
  const lines = logged(`first\n${'x'.repeat(100_000)}`);
  expect(lines[0]).toBe('50.x: first');
  expect(lines.at(-1)).toBe('50.x: [34470 bytes more, see ctdb event status]');
});

const begin = new Date(2026, 10, 30, 3);
const after = (ms: number): Date => new Date(begin.getTime() + ms);
const entryOf = (name: string): Entry => ({ name, kind: 'script', path: `/${name}` });

/** What is logged at the end of a run, with the level in front. */
function loggedOf(given: Partial<RunRecord>): string[] {
  const lines: string[] = [];
  const notifier = new RunNotifier();
  const write = (level: string, message: string | Uint8Array) => lines.push(`${level} ${String(message)}`);
  logRuns(notifier.observable, () => ({ write, reopen: () => undefined, close: () => Promise.resolve() }));
  const event = { name: 'takeip', argv: ['eth0', '10.0.0.1', '24'] };
  notifier.notify('run:end', { event, waitedMs: 0, begin, end: after(12), result: 0, entries: [], ...given });
  return lines;
}

test('each run is a line at INFO: its event, how it ended, what it took, how long it waited before', () => {
  expect(loggedOf({})).toEqual(['INFO takeip eth0 10.0.0.1 24: OK in 12 ms']);
  expect(loggedOf({ waitedMs: 3 })).toEqual(['INFO takeip eth0 10.0.0.1 24: OK in 12 ms, after 3 ms']);
});

test('a run that failed is a line at NOTICE too, as in CTDB', () => {
  expect(loggedOf({ result: 7 })).toEqual([
    'INFO takeip eth0 10.0.0.1 24: ERROR 7 in 12 ms',
    'NOTICE takeip event failed',
  ]);
});

test('an entry that took five seconds or more is a line at NOTICE', () => {
  const of = (name: string, tookMs: number) => ({
    ...{ entry: entryOf(name), begin, end: after(tookMs), result: 0 },
    output: Buffer.alloc(0),
  });
  const entries = [of('10.interface', 4999), of('50.samba', 7140)];
  expect(loggedOf({ end: after(12_200), entries })).toEqual([
    'INFO takeip eth0 10.0.0.1 24: OK in 12200 ms',
    'NOTICE 50.samba took 7.1 s at takeip',
  ]);
});
