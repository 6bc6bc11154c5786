import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SampleAnswer, Sample } from '../../../core/plugin-api/context.ts';
import { inlineSampling } from '../../../core/run/sampling/inline-sampling.ts';
import { idleMsMax, renewalWaitMs } from '../../../core/run/sampling/sample-slot.ts';
import { Sampler, sampleCountMax } from '../../../core/run/sampling/sampler.ts';
import type { Sampling } from '../../../core/run/sampling/sampling.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const limits = { intervalMs: 10_000, timeoutMs: 5000, staleMs: 30_000 };

/** A check that answers what the test says, and counts how often it was made. */
class Check {
  made = 0;
  signals: AbortSignal[] = [];
  limits = limits;
  next: () => Promise<SampleAnswer> = () => Promise.resolve({ ok: true });

  ask(
    sampling: Sampling,
    signal = new AbortController().signal,
    name = 'check',
  ): Promise<Sample<SampleAnswer>> {
    return sampling.sample({
      plugin: '60.nfs',
      name,
      limits: this.limits,
      signal,
      probe: (stop) => {
        this.made += 1;
        this.signals.push(stop);
        return this.next();
      },
    });
  }
}

const never = (): Promise<SampleAnswer> => new Promise(() => undefined);
const good = { kind: 'answered', answer: { ok: true } };
const bad = { kind: 'answered', answer: { ok: false }, since: expect.any(Date) as Date };

test('the first answer is awaited, and a good one answered again without another check', async () => {
  const check = new Check();
  using sampler = new Sampler();
  expect(await check.ask(sampler)).toEqual(good);
  expect(await check.ask(sampler)).toEqual(good);
  expect(check.made).toBe(1);
});

test('a check is renewed at its interval, with nobody waiting', async () => {
  const check = new Check();
  using sampler = new Sampler();
  await check.ask(sampler);
  await vi.advanceTimersByTimeAsync(limits.intervalMs);
  expect(check.made).toBe(2);
  await vi.advanceTimersByTimeAsync(3 * limits.intervalMs);
  expect(check.made).toBe(5);
});

test('a check that is asked for less often than its interval is renewed once for each time, shortly before', async () => {
  const check = new Check();
  using sampler = new Sampler();
  const paceMs = 25_000;
  await check.ask(sampler);
  await vi.advanceTimersByTimeAsync(paceMs);
  await check.ask(sampler);
  await vi.advanceTimersByTimeAsync(paceMs);
  await check.ask(sampler);
  for (const made of [check.made, check.made + 1, check.made + 2]) {
    expect(check.made).toBe(made);
    await vi.advanceTimersByTimeAsync(paceMs - 2_500);
    expect(check.made).toBe(made);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(check.made).toBe(made + 1);
    await check.ask(sampler);
  }
});

test.each([
  ['that takes long is begun sooner', { intervalMs: 10_000, timeoutMs: 8000, staleMs: 30_000 }, 5_000],
  ['of which the last answer would not hold is made at its interval', { ...limits, staleMs: 12_000 }, 3_000],
])('a check that is asked for less often, and %s', async (_what, ofCheck, tookMs) => {
  const check = new Check();
  check.limits = ofCheck;
  check.next = () => new Promise((resolve) => setTimeout(resolve, tookMs, { ok: true }));
  using sampler = new Sampler();
  for (let count = 0; count < 5; count += 1) {
    const asked = check.ask(sampler);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await asked).toEqual(good);
  }
});

test('a check that is asked for often again is renewed at its interval again', async () => {
  const check = new Check();
  using sampler = new Sampler();
  for (const waitMs of [25_000, 25_000, 2_000]) {
    await check.ask(sampler);
    await vi.advanceTimersByTimeAsync(waitMs);
  }
  await check.ask(sampler);
  const { made } = check;
  await vi.advanceTimersByTimeAsync(limits.intervalMs);
  expect(check.made).toBe(made + 1);
});

test('checks that were first made at different moments are renewed together, and none later than its interval', async () => {
  const checks = [new Check(), new Check(), new Check()];
  using sampler = new Sampler();
  const renewedAtMs: number[] = [];
  for (const [index, check] of checks.entries()) {
    await check.ask(sampler, undefined, `check ${index}`);
    check.next = () => {
      renewedAtMs.push(Date.now());
      return Promise.resolve({ ok: true });
    };
    await vi.advanceTimersByTimeAsync(300);
  }
  await vi.advanceTimersByTimeAsync(limits.intervalMs + limits.intervalMs / 2);
  expect(renewedAtMs).toHaveLength(3);
  expect(new Set(renewedAtMs).size).toBe(1);
  expect(renewedAtMs[0]).toBeLessThanOrEqual(1_000_000 + limits.intervalMs);
});

test('a check that nobody asks for is renewed no more, and again when somebody does', async () => {
  const check = new Check();
  using sampler = new Sampler();
  await check.ask(sampler);
  await vi.advanceTimersByTimeAsync(2 * idleMsMax);
  const { made } = check;
  await vi.advanceTimersByTimeAsync(10 * idleMsMax);
  expect(check.made).toBe(made);
  expect(await check.ask(sampler)).toEqual(good);
  expect(check.made).toBe(made + 1);
  await vi.advanceTimersByTimeAsync(limits.intervalMs);
  expect(check.made).toBe(made + 2);
});

test('a failing check is made anew before it is reported, and at every ask until it is good', async () => {
  const check = new Check();
  using sampler = new Sampler();
  check.next = () => Promise.resolve({ ok: false });
  expect(await check.ask(sampler)).toEqual({ ...bad, since: new Date(1_000_000) });
  vi.setSystemTime(1_005_000);
  expect(await check.ask(sampler)).toEqual({ ...bad, since: new Date(1_000_000) });
  check.next = () => Promise.resolve({ ok: true });
  expect(await check.ask(sampler)).toEqual(good);
  expect(check.made).toBe(3);
});

test('a check that began to fail in the background is good again by the time it is reported', async () => {
  const check = new Check();
  using sampler = new Sampler();
  await check.ask(sampler);
  check.next = () => Promise.resolve({ ok: false });
  await vi.advanceTimersByTimeAsync(limits.intervalMs);
  check.next = () => Promise.resolve({ ok: true });
  expect(await check.ask(sampler)).toEqual(good);
});

test('a check that hangs is told to end in its time, and asked about for a second only', async () => {
  const check = new Check();
  using sampler = new Sampler();
  await check.ask(sampler);
  check.next = never;
  await vi.advanceTimersByTimeAsync(limits.intervalMs);
  expect(await check.ask(sampler)).toEqual(good);
  await vi.advanceTimersByTimeAsync(limits.timeoutMs);
  expect(check.signals[1]?.aborted).toBe(true);
  const asked = check.ask(sampler);
  await vi.advanceTimersByTimeAsync(renewalWaitMs);
  expect(await asked).toEqual({ kind: 'late', since: new Date(1_010_000), last: { ok: true } });
});

test('a check that does not end when told is not made a second time beside it', async () => {
  const check = new Check();
  using sampler = new Sampler();
  const end = Promise.withResolvers<SampleAnswer>();
  check.next = () => end.promise;
  const first = check.ask(sampler);
  await vi.advanceTimersByTimeAsync(limits.timeoutMs);
  expect(await first).toEqual({ kind: 'late', since: new Date(1_000_000) });
  for (let i = 0; i < 3; i += 1) {
    const asked = check.ask(sampler);
    await vi.advanceTimersByTimeAsync(renewalWaitMs);
    expect((await asked).kind).toBe('late');
  }
  expect(check.made).toBe(1);
  check.next = () => Promise.resolve({ ok: true });
  end.resolve({ ok: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(await check.ask(sampler)).toEqual(good);
});

test('who asks can stop waiting, and the check goes on for the next', async () => {
  const check = new Check();
  using sampler = new Sampler();
  const answer = Promise.withResolvers<SampleAnswer>();
  check.next = () => answer.promise;
  const monitor = new AbortController();
  const asked = check.ask(sampler, monitor.signal);
  monitor.abort(new Error('the event was cancelled'));
  await expect(asked).rejects.toThrow('the event was cancelled');
  expect(check.signals[0]?.aborted).toBe(false);
  answer.resolve({ ok: true });
  expect(await check.ask(sampler)).toEqual(good);
  expect(check.made).toBe(1);
});

test('a check that throws throws to who asks, after it was tried again', async () => {
  const check = new Check();
  using sampler = new Sampler();
  check.next = () => Promise.reject(new Error('no'));
  await expect(check.ask(sampler)).rejects.toThrow('no');
  await expect(check.ask(sampler)).rejects.toThrow('no');
  check.next = () => Promise.resolve({ ok: true });
  expect(await check.ask(sampler)).toEqual(good);
});

test('plugins and names have answers of their own, and there are only so many', async () => {
  const check = new Check();
  using sampler = new Sampler();
  for (let i = 0; i < sampleCountMax; i += 1) await check.ask(sampler, undefined, `check ${i}`);
  expect(check.made).toBe(sampleCountMax);
  await check.ask(sampler, undefined, 'one more');
  await check.ask(sampler, undefined, 'one more');
  expect(check.made).toBe(sampleCountMax + 2);
});

test('when the host ends, so do its checks', async () => {
  const check = new Check();
  check.next = never;
  {
    using sampler = new Sampler();
    check.ask(sampler).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(check.signals[0]?.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(10 * limits.intervalMs);
  expect(check.made).toBe(1);
});

test('in a process for one event each check is made on the spot, within its time and the event', async () => {
  const check = new Check();
  expect(await check.ask(inlineSampling)).toEqual(good);
  check.next = () => Promise.resolve({ ok: false });
  expect(await check.ask(inlineSampling)).toEqual(bad);
  check.next = never;
  const late = check.ask(inlineSampling);
  await vi.advanceTimersByTimeAsync(limits.timeoutMs);
  expect(await late).toEqual({ kind: 'late', since: new Date(1_000_000) });
  const event = new AbortController();
  const cancelled = check.ask(inlineSampling, event.signal);
  event.abort(new Error('the event was cancelled'));
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(check.signals.at(-1)?.aborted).toBe(true);
});
