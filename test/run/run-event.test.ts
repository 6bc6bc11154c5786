import { describe, expect, test } from 'vitest';
import type { Entry } from '../../core/event-directory/entry.ts';
import { runEvent, type EventRunRequest } from '../../core/run/run-event.ts';

const entries = (...names: string[]): Entry[] =>
  names.map((name) => ({ name, kind: 'script', path: `/${name}` }));

/** Runs entries whose results are given by name, and tells which ran. */
async function run(results: Readonly<Record<string, number>>, request: Partial<EventRunRequest> = {}) {
  const ran: string[] = [];
  const record = await runEvent({
    event: { name: 'monitor', argv: [] },
    entries: entries(...Object.keys(results)),
    deadline: Infinity,
    signal: new AbortController().signal,
    runEntry({ name }) {
      ran.push(name);
      return Promise.resolve({
        begin: new Date(),
        end: new Date(),
        result: results[name] ?? 0,
        output: Buffer.from(name),
      });
    },
    notify: () => undefined,
    ...request,
  });
  return {
    ran,
    result: record.result,
    listed: record.entries.map(({ entry, result }) => [entry.name, result]),
  };
}

describe('a run', () => {
  test('goes through the entries in the order given', async () => {
    expect(await run({ '10.a': 0, '20.b': 0 })).toEqual({
      ran: ['10.a', '20.b'],
      result: 0,
      listed: [
        ['10.a', 0],
        ['20.b', 0],
      ],
    });
  });

  test('ends at the first failure, with its result', async () => {
    expect(await run({ '10.a': 0, '20.b': 7, '30.c': 0 })).toMatchObject({
      ran: ['10.a', '20.b'],
      result: 7,
    });
  });

  test('with RUN_ALL goes on, and has the result of the last failure', async () => {
    expect(await run({ '10.a': 5, '20.b': 7, '30.c': 0 }, { runAll: true })).toMatchObject({
      ran: ['10.a', '20.b', '30.c'],
      result: 7,
    });
  });

  test('does not run what is disabled, lists it, and goes on', async () => {
    const [first, second] = entries('10.a', '20.b');
    const request = { entries: [{ ...first, disabled: 'a dangling link' } as Entry, second as Entry] };
    expect(await run({}, request)).toEqual({
      ran: ['20.b'],
      result: 0,
      listed: [
        ['10.a', -8],
        ['20.b', 0],
      ],
    });
  });

  test('goes on after an entry that turned out to be disabled when it was run', async () => {
    expect(await run({ '10.a': -8, '20.b': 0 })).toMatchObject({ ran: ['10.a', '20.b'], result: 0 });
  });

  test('that is late starts nothing', async () => {
    expect(await run({ '10.a': 0 }, { deadline: 0 })).toEqual({ ran: [], result: -110, listed: [] });
  });

  test('of an empty directory succeeds', async () => {
    expect(await run({})).toEqual({ ran: [], result: 0, listed: [] });
  });
});
