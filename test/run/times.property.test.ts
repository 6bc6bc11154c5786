import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StatusStore } from '../../core/daemon/component/status-store.ts';
import type { Entry } from '../../core/event-directory/entry.ts';
import { runEvent } from '../../core/run/run-event.ts';

/** What an entry comes to, and how the clock was put while it ran, in milliseconds: mostly not at all. */
interface Step {
  readonly isDisabled: boolean;
  readonly result: number;
  readonly tookMs: number;
  readonly beforeMs: number;
  readonly whileMs: number;
}

const shift = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -1e9, max: 1e9 }));
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    isDisabled: fc.boolean(),
    result: fc.constantFrom(0, 1, 63, -110, -4, -8),
    tookMs: fc.nat(5000),
    beforeMs: shift,
    whileMs: shift,
  }),
  { minLength: 1, maxLength: 12 },
);

/** Runs entries by a clock that is put as they say. */
async function run(all: readonly Step[]) {
  let nowMs = 1_800_000_000_000;
  const entries = all.map(({ isDisabled }, index): Entry => {
    const name = `${10 + index}.x`;
    return { name, kind: 'script', path: `/${name}`, ...(isDisabled ? { disabled: 'off' } : {}) };
  });
  return runEvent({
    event: { name: 'monitor', argv: [] },
    entries,
    deadline: Infinity,
    signal: new AbortController().signal,
    runAll: true,
    notify: () => undefined,
    runEntry(entry) {
      const step = all[entries.indexOf(entry)];
      if (step === undefined) throw new Error(`no step for ${entry.name}`);
      nowMs += step.beforeMs;
      const begin = new Date(nowMs);
      nowMs += step.tookMs + step.whileMs;
      return Promise.resolve({ begin, end: new Date(nowMs), result: step.result, output: Buffer.alloc(0) });
    },
  });
}

const microseconds = ({ seconds, microseconds: rest }: { seconds: number; microseconds: number }): number =>
  seconds * 1e6 + rest;

test('however the clock is put, no entry of a status begins before the one above it, or ends before it begins', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const store = new StatusStore();
      store.set(await run(all));
      const scripts = store.get('monitor')?.scripts ?? [];
      expect(scripts).toHaveLength(all.length);
      const begins = scripts.map(({ begin }) => microseconds(begin));
      expect(begins).toEqual(begins.toSorted((one, other) => one - other));
      expect(scripts.filter(({ begin, end }) => microseconds(end) < microseconds(begin))).toEqual([]);
    }),
  );
});

test('what an entry took stays what it took, where the clock was put before it', async () => {
  const base = { isDisabled: false, result: 0, whileMs: 0 };
  const { entries } = await run([
    { ...base, tookMs: 700, beforeMs: 0 },
    { ...base, tookMs: 300, beforeMs: -60_000 },
    { ...base, tookMs: 0, beforeMs: 90_000 },
  ]);
  expect(entries.map(({ begin, end }) => end.getTime() - begin.getTime())).toEqual([700, 300, 0]);
  expect(entries[1]?.begin).toEqual(entries[0]?.begin);
});

test('a run does not end before its last entry', async () => {
  const far = { isDisabled: false, result: 0, tookMs: 10, beforeMs: 1e12, whileMs: 0 };
  const { end, entries } = await run([far]);
  expect(end).toEqual(entries[0]?.end);
});
