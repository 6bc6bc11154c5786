import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isRcuExpedited, ExpeditedRcu } from '../../core/daemon/expedited-rcu.ts';
import { RunNotifier } from '../../core/run-observers/run-notifier.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

describe('grace periods', () => {
  let directory = '';
  let reports: string[] = [];
  const mark = (): string => join(directory, 'mark');
  const setting = (): string => readFileSync(join(directory, 'rcu_expedited'), 'utf8');
  const set = (rcu_expedited: string, rcu_normal = '0\n'): void => {
    plant(directory, { rcu_expedited, rcu_normal });
  };
  const quick = (): ExpeditedRcu =>
    new ExpeditedRcu({ directory, mark: mark(), report: (message) => reports.push(message) });

  beforeEach(() => {
    directory = temporaryDirectory();
    reports = [];
    set('0\n');
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('are expedited until no address has come for 5 seconds', () => {
    const periods = quick();
    expect(setting()).toBe('0\n');
    periods.expedite();
    expect(setting()).toMatch(/^1/);
    vi.advanceTimersByTime(4_000);
    periods.expedite();
    vi.advanceTimersByTime(4_900);
    expect(setting()).toMatch(/^1/);
    vi.advanceTimersByTime(101);
    expect(setting()).toMatch(/^0/);
    expect(existsSync(mark())).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    periods.expedite();
    expect(setting()).toMatch(/^1/);
  });

  test.each([
    ['takeip', true],
    ['updateip', true],
    ['releaseip', false],
    ['monitor', false],
  ])('at %s: %s', (name, isQuick) => {
    const notifier = new RunNotifier();
    quick().watch(notifier.observable);
    notifier.notify('run:start', { event: { name, argv: [] }, begin: new Date(), waitedMs: 0 });
    expect(setting().startsWith('1')).toBe(isQuick);
  });

  test('are left as they are where somebody else has expedited them', () => {
    set('1\n');
    const periods = quick();
    periods.expedite();
    vi.advanceTimersByTime(10_000);
    periods[Symbol.dispose]();
    expect([setting(), existsSync(mark())]).toEqual(['1\n', false]);
  });

  test('are left as they are where the kernel was told never to expedite them', () => {
    set('0\n', '1\n');
    quick().expedite();
    expect([setting(), existsSync(mark())]).toEqual(['0\n', false]);
  });

  test('are as before when the daemon has ended', () => {
    const periods = quick();
    periods.expedite();
    periods[Symbol.dispose]();
    expect(setting()).toMatch(/^0/);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('are as before when a daemon that was killed is followed by another', () => {
    quick().expedite();
    expect(setting()).toMatch(/^1/);
    quick();
    expect([setting().slice(0, 1), existsSync(mark())]).toEqual(['0', false]);
  });

  test('that cannot be expedited are said once', () => {
    rmSync(join(directory, 'rcu_expedited'));
    const periods = quick();
    for (const _time of [1, 2]) {
      periods.expedite();
      vi.advanceTimersByTime(6_000);
    }
    expect(reports).toEqual([
      expect.stringMatching(
        /^\/\S+\/rcu_expedited cannot be changed: Error: ENOENT.*rcu_expedited'; ctdbd may /,
      ),
    ]);
    expect(existsSync(join(directory, 'rcu_expedited'))).toBe(false);
  });

  test('are not expedited where nobody could know it afterwards', () => {
    writeFileSync(join(directory, 'file'), '');
    const report = (message: string): unknown => reports.push(message);
    new ExpeditedRcu({ directory, mark: join(directory, 'file/mark'), report }).expedite();
    expect([setting(), reports.length]).toEqual(['0\n', 1]);
  });
});

describe('whether grace periods are to be expedited', () => {
  test.each([
    [{}, true],
    [{ CTDB_HOOK_RCU_EXPEDITED: '' }, true],
    [{ CTDB_HOOK_RCU_EXPEDITED: 'no' }, false],
    [{ CTDB_TEST_MODE: '1' }, false],
    [{ CTDB_TEST_MODE: '1', CTDB_HOOK_RCU_EXPEDITED: 'yes' }, true],
  ])('%j: %s', (environment, isQuick) => {
    const reports: string[] = [];
    expect(isRcuExpedited(environment, (message) => reports.push(message))).toBe(isQuick);
    expect(reports).toEqual([]);
  });

  test('a value that is neither is reported', () => {
    const reports: string[] = [];
    const environment = { CTDB_HOOK_RCU_EXPEDITED: 'maybe' };
    expect(isRcuExpedited(environment, (message) => reports.push(message))).toBe(true);
    expect(reports).toEqual(['ERROR: CTDB_HOOK_RCU_EXPEDITED is "maybe", expected yes or no']);
  });
});
