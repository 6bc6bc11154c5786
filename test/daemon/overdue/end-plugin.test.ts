import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { overMs } from '../../../core/daemon/queue/event-queue.ts';
import { createEndPlugin } from '../../../core/daemon/overdue/end-plugin.ts';
import type { PluginBatch } from '../../../core/daemon/plugin-hosts/plugin-batch.ts';
import type { HungReport } from '../../../core/daemon/overdue/report-hung.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => undefined);
const plugin = {
  entry: { name: '60.p', kind: 'plugin', path: '/60.p.ts' },
  event: 'startup',
  began: new Date(),
} as const;

/** A plugin with a command, of which nobody learns what it does, and a debug script that does not end. */
function hung({
  stopping,
  stack = never,
}: {
  readonly stopping: Promise<unknown>;
  readonly stack?: Promise<string>;
}) {
  const killed: string[] = [];
  const batch = {
    host: {
      pid: 4711,
      groups: { leaders: () => [4712], killOfEvent: () => undefined },
      findStack: () => stack,
      kill: (why: string) => killed.push(why),
    },
    running: { stop: () => undefined, stopping, done: never },
    output: () => Buffer.alloc(0),
  } as unknown as PluginBatch;
  const hungReport = { describe: () => never, debug: () => never } as unknown as HungReport;
  return { batch, killed, endPlugin: createEndPlugin(hungReport, () => undefined, Promise.resolve()) };
}

test.each([
  ['hears nothing', () => never],
  ['hears it in the last moment', () => new Promise((resolve) => setTimeout(resolve, 900 + 399))],
])('a plugin out of time that %s is ended before the next event begins', async (_what, hear) => {
  const { batch, killed, endPlugin } = hung({ stopping: hear() });
  const over = vi.fn();
  void endPlugin(batch, plugin, 'timed-out').then(over);
  await vi.advanceTimersByTimeAsync(overMs - 1);
  expect(killed).toEqual(['60.p did not end when it was told to (timed-out)']);
  expect(over).toHaveBeenCalledOnce();
});

test('the debug script looks when the status is told, and what was found is added when it is over', async () => {
  const { batch } = hung({ stopping: Promise.resolve(), stack: Promise.resolve('') });
  const told = Promise.withResolvers<undefined>();
  const debugged = Promise.withResolvers<undefined>();
  const debug = vi.fn(() => debugged.promise);
  const hungReport = { describe: () => Promise.resolve('found\n'), debug } as unknown as HungReport;
  const added: string[] = [];
  const endPlugin = createEndPlugin(
    hungReport,
    (_entry, addition) => added.push(addition.toString()),
    told.promise,
  );
  void endPlugin(batch, plugin, 'timed-out');
  await vi.advanceTimersByTimeAsync(10);
  expect(debug).not.toHaveBeenCalled();
  told.resolve(undefined);
  await vi.advanceTimersByTimeAsync(10);
  expect(debug).toHaveBeenCalledOnce();
  expect(added).toEqual([]);
  debugged.resolve(undefined);
  await vi.advanceTimersByTimeAsync(10);
  expect(added).toEqual(['found\n']);
});

test('a cancelled one is ended at once, and not looked at', async () => {
  const { batch, killed, endPlugin } = hung({ stopping: never });
  const over = vi.fn();
  void endPlugin(batch, plugin, 'cancelled').then(over);
  await vi.advanceTimersByTimeAsync(100);
  expect(killed).toEqual(['60.p did not end when it was told to (cancelled)']);
  expect(over).toHaveBeenCalledOnce();
});
