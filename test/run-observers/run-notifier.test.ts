import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Entry } from '../../core/event-directory/entry.ts';
import { RunNotifier } from '../../core/run-observers/run-notifier.ts';
import { runEvent, type Notify } from '../../core/run/run-event.ts';

const entry: Entry = { name: '10.x', kind: 'script', path: '/nonexistent' };

const run = (notify: Notify) =>
  runEvent({
    event: { name: 'takeip', argv: ['eth0', '10.0.0.1', '24'] },
    entries: [entry],
    deadline: Infinity,
    signal: new AbortController().signal,
    runEntry: () =>
      Promise.resolve({ begin: new Date(0), end: new Date(5), result: 0, output: Buffer.alloc(0) }),
    notify,
  });

test('an observer is told of a run from start to end, and of the address after it was taken', async () => {
  const notifier = new RunNotifier();
  const seen: unknown[] = [];
  notifier.observable.on('run:start', ({ event }) => seen.push(event.name));
  notifier.observable.on('entry:start', ({ entry: { name } }) => seen.push(name));
  notifier.observable.on('entry:end', ({ outcome }) => seen.push(outcome.result));
  notifier.observable.on('ip:taken', ({ ip }) => seen.push(ip));
  notifier.observable.on('run:end', ({ result }) => seen.push(`end ${result}`));
  await run(notifier.notify);
  expect(seen).toEqual(['takeip', '10.x', 0, '10.0.0.1', 'end 0']);
});

test('observers that throw or reject change nothing, each is reported, and the others are told all the same', async () => {
  const notifier = new RunNotifier();
  const failed: string[] = [];
  let told = 0;
  notifier.observable.on('observer:failed', ({ what }) => failed.push(what));
  notifier.observable.on('run:start', () => {
    throw new Error('observer bug');
  });
  notifier.observable.on('run:start', () => {
    told += 1;
  });
  const rejects = (): unknown => Promise.reject(new Error('asynchronous observer bug'));
  notifier.observable.on('run:end', rejects);
  expect(await run(notifier.notify)).toMatchObject({ result: 0 });
  await nextTurn();
  expect({ failed, told }).toEqual({ failed: ['run:start', 'run:end'], told: 1 });
});

test('an observer of failures that fails itself ends there', () => {
  const notifier = new RunNotifier();
  notifier.observable.on('observer:failed', () => {
    throw new Error('worse');
  });
  notifier.observable.on('run:start', () => {
    throw new Error('bad');
  });
  expect(() => {
    notifier.notify('run:start', { event: { name: 'monitor', argv: [] }, begin: new Date(), waitedMs: 0 });
  }).not.toThrow();
});
