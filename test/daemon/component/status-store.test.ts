import { describe, expect, test } from 'vitest';
import { StatusStore } from '../../../core/daemon/component/status-store.ts';
import type { RunRecord } from '../../../core/run/run-event.ts';

const begin = new Date(1_700_000_000_123);
const end = new Date(1_700_000_001_456);

/** A run with one script that said this. */
const run = (event: string, output: string | Buffer = '', name = '10.a'): RunRecord => ({
  event: { name: event, argv: [] },
  waitedMs: 0,
  begin,
  end,
  result: 0,
  entries: [
    { entry: { name, kind: 'script', path: `/${name}` }, begin, end, result: 0, output: Buffer.from(output) },
  ],
});

const outputOf = (store: StatusStore, event: string): string | undefined =>
  store.get(event)?.scripts[0]?.output.toString();

describe('the status of events', () => {
  test('is of the last run, with times to the millisecond', () => {
    const store = new StatusStore();
    expect(store.get('monitor')).toBeUndefined();
    store.set(run('monitor', 'one'));
    store.set(run('monitor', 'two'));
    expect(store.get('monitor')).toEqual({
      summary: 0,
      scripts: [
        {
          name: '10.a',
          begin: { seconds: 1_700_000_000, microseconds: 123_000 },
          end: { seconds: 1_700_000_001, microseconds: 456_000 },
          result: 0,
          output: Buffer.from('two'),
        },
      ],
    });
  });

  test('is amended for the very run that is meant, and no other', () => {
    const store = new StatusStore();
    const [first, second] = [run('monitor', 'said first'), run('monitor', 'said')];
    store.set(first);
    store.set(second);
    store.amend(second.event, '10.a', Buffer.from(' more'));
    store.amend(first.event, '10.a', Buffer.from(' of another run'));
    store.amend(second.event, '20.b', Buffer.from(' of another script'));
    store.amend({ name: 'startup', argv: [] }, '10.a', Buffer.from(' of another event'));
    expect(outputOf(store, 'monitor')).toBe('said more');
    expect(store.get('startup')).toBeUndefined();
  });

  test('is kept of a hundred events: the one that ran longest ago goes first', () => {
    const store = new StatusStore();
    for (let count = 0; count < 100; count += 1) store.set(run(`event ${count}`));
    store.set(run('event 0'));
    store.set(run('one more'));
    expect(store.get('event 0')).toBeDefined();
    expect(store.get('event 1')).toBeUndefined();
    expect(store.get('event 2')).toBeDefined();
  });

  test('is bounded in bytes: older events go, and one that is too large by itself loses its output', () => {
    const store = new StatusStore();
    const half = Buffer.alloc(9 * 1024 * 1024, 'x');
    store.set(run('older', half));
    store.set(run('newer', half));
    expect(store.get('older')).toBeUndefined();
    expect(outputOf(store, 'newer')).toHaveLength(half.length);
    store.set(run('huge', Buffer.concat([half, half])));
    expect(outputOf(store, 'huge')).toBe(`[output of ${2 * half.length} bytes not kept]\n`);
    expect(store.get('newer')).toBeUndefined();
  });
});
