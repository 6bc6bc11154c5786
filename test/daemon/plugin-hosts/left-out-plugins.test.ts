import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HostEnded } from '../../../core/daemon/plugin-hosts/host-ended.ts';
import type { HostProcess } from '../../../core/daemon/plugin-hosts/host-process.ts';
import { LeftOutPlugins, hostLoadTimeoutMs } from '../../../core/daemon/plugin-hosts/left-out-plugins.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const end = {
  name: '60.p',
  path: '/nonexistent/60.p.ts',
  files: new Map([['/nonexistent/60.p.ts', 'ENOENT']]),
  why: new HostEnded('it was ended by SIGKILL'),
  tookMs: 10,
};

/** Plugins left out by hosts in which a plugin loads as the test says, and when each of these was tried. */
function leftOutPlugins({ takesMs = 0 } = {}) {
  const triedMs: number[] = [];
  const killed: (string | undefined)[] = [];
  const trial = { loads: false, hasHosts: true };
  const host = {
    load: async () => {
      triedMs.push(Math.round(performance.now()));
      if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
      if (!trial.loads) throw end.why;
    },
    kill: (why?: string) => killed.push(why),
  };
  const reports: string[] = [];
  const plugins = new LeftOutPlugins(
    {
      take: () =>
        trial.hasHosts
          ? Promise.resolve(host as unknown as HostProcess)
          : Promise.reject(new HostEnded('it cannot be started')),
    },
    (message) => reports.push(message),
  );
  const leaveOut = () => {
    plugins.noteEnd(end);
    plugins.noteEnd(end);
  };
  return { plugins, leaveOut, triedMs, killed, reports, trial };
}

/** The pauses between these times. */
const pausesOf = (begin: number, times: readonly number[]): number[] =>
  times.map((time, index) => time - (times[index - 1] ?? begin));

test('a plugin is left out when two hosts in a row have ended, and not when it was loaded in between', () => {
  const { plugins } = leftOutPlugins();
  plugins.noteEnd(end);
  plugins.noteLoaded('60.p');
  plugins.noteEnd(end);
  expect(plugins.messageOf('60.p')).toBeUndefined();
  plugins.noteEnd(end);
  expect(plugins.messageOf('60.p')).toBe(
    '/nonexistent/60.p.ts: not loaded: the plugin host ended: it was ended by SIGKILL',
  );
});

test('a plugin is left out at once when it was at it for all of its time', () => {
  const { plugins } = leftOutPlugins();
  plugins.noteEnd({ ...end, tookMs: hostLoadTimeoutMs });
  expect(plugins.messageOf('60.p')).toBeDefined();
});

test('the pauses double from a second to five minutes, and the log says each time when the next try is', async () => {
  const { leaveOut, triedMs, killed, reports } = leftOutPlugins();
  const begin = Math.round(performance.now());
  leaveOut();
  await vi.advanceTimersByTimeAsync(1_500_000);
  const seconds = pausesOf(begin, triedMs).map((pause) => pause / 1000);
  expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  expect(killed).toHaveLength(triedMs.length);
  expect(reports).toHaveLength(triedMs.length + 1);
  for (const report of reports)
    expect(report).toMatch(/^WARNING: 60\.p is left out, it is tried again at \S+Z: /);
});

test('one that keeps a processor busy while it is loaded rests ten times as long', async () => {
  const { leaveOut, triedMs } = leftOutPlugins({ takesMs: 5_000 });
  const begin = Math.round(performance.now());
  leaveOut();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(pausesOf(begin, triedMs)).toEqual([1_000, 55_000, 55_000]);
});

test('one that loads again, and ends the next host that an event waits for, is left out at once and for longer', async () => {
  const { plugins, leaveOut, triedMs, reports, trial } = leftOutPlugins();
  leaveOut();
  trial.loads = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(plugins.messageOf('60.p')).toBeUndefined();
  expect(reports.at(-1)).toBe('60.p is left out no longer: it was loaded without ending its host');
  const begin = Math.round(performance.now());
  plugins.noteEnd(end);
  expect(plugins.messageOf('60.p')).toBeDefined();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(pausesOf(begin, triedMs.slice(1))).toEqual([2_000]);
});

test('one for which no host can be had keeps its reason, and is tried again', async () => {
  const { plugins, leaveOut, triedMs, trial } = leftOutPlugins();
  leaveOut();
  trial.hasHosts = false;
  await vi.advanceTimersByTimeAsync(1_500);
  expect(triedMs).toEqual([]);
  expect(plugins.messageOf('60.p')).toContain('it was ended by SIGKILL');
  trial.hasHosts = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(triedMs).toHaveLength(1);
});

test('one that is not wanted any more, or of which a file has changed, is tried no more', async () => {
  const { plugins, leaveOut, triedMs } = leftOutPlugins();
  leaveOut();
  plugins.review([{ name: '60.p' }]);
  expect(plugins.messageOf('60.p')).toBeDefined();
  plugins.review([{ name: '70.q' }]);
  expect(plugins.messageOf('60.p')).toBeUndefined();
  const changed = { ...end, files: new Map([['/', 'another']]) };
  plugins.noteEnd(changed);
  plugins.noteEnd(changed);
  plugins.review([{ name: '60.p' }]);
  expect(plugins.messageOf('60.p')).toBeUndefined();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(triedMs).toEqual([]);
});

test('a try that goes on when it is not wanted any more is ended, and changes nothing', async () => {
  const { plugins, leaveOut, triedMs, killed, reports } = leftOutPlugins({ takesMs: 1_000 });
  leaveOut();
  await vi.advanceTimersByTimeAsync(1_500);
  expect([triedMs.length, killed.length]).toEqual([1, 0]);
  plugins.stop();
  expect(killed.length).toBeGreaterThan(0);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(triedMs).toHaveLength(1);
  expect(reports).toHaveLength(1);
});
