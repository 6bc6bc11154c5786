import { expect, test } from 'vitest';
import { HostEnded } from '../../../core/daemon/plugin-hosts/host-ended.ts';
import type { HostProcess } from '../../../core/daemon/plugin-hosts/host-process.ts';
import { PluginBatch } from '../../../core/daemon/plugin-hosts/plugin-batch.ts';
import { RunningPlugins } from '../../../core/daemon/plugin-hosts/running-plugins.ts';
import { noEffects } from '../../../core/run/outcome.ts';

const entry = (name: string) => ({ name, kind: 'plugin', path: `/${name}.ts` }) as const;
const [first, second] = [entry('10.a'), entry('60.b')];
const entries = [first, second];
const takeip = (ip: string) => ({ name: 'takeip', argv: ['eth0', ip, '24'] });
const [one, other] = [takeip('10.0.0.1'), takeip('10.0.0.2')];
const events = [one, other].map((event) => ({ event, deadline: Infinity }));

/** A burst of two events for two plugins, in a host that says what the test has it say, and ends when it does. */
function burst() {
  const running = new RunningPlugins(1, { plugins: entries.length, events: events.length }, () => undefined);
  const host = { isAlive: true, run: () => running, recover: () => undefined, hasOthers: () => true };
  const batch = PluginBatch.begin({
    host: host as unknown as HostProcess,
    entries,
    events,
    runAll: false,
  });
  const end = (index: number, result = 0): void => {
    running.hear({ kind: 'ended', run: 1, index, beganAtMs: 1, endedAtMs: 2, result, ...noEffects });
  };
  const die = (): void => {
    host.isAlive = false;
    running.endHost(new HostEnded('it was ended by SIGSEGV'));
  };
  const { next } = batch;
  if (next === undefined) throw new Error('there is a second event');
  return { batch, next, running, end, die };
}

const { signal } = new AbortController();

test('each event has outcomes of its own', async () => {
  const { batch, next, running, end } = burst();
  running.hear({ kind: 'output', run: 1, index: 3, chunk: Buffer.from('of the second\n') });
  for (const [index, result] of [0, 0, 0, 7].entries()) end(index, result);
  const results = [batch, next].flatMap((each) =>
    entries.map(async (entry) => (await each.outcome(entry, Infinity, signal)).result),
  );
  expect(await Promise.all(results)).toEqual([0, 0, 0, 7]);
  expect(next.output(second).toString()).toBe('of the second\n');
  expect(next.next).toBeUndefined();
  expect([batch.isOf(one), next.isOf(one), next.isOf(other)]).toEqual([true, false, true]);
});

test('what a host had begun when it ended is not run again, and has failed', async () => {
  const { next, running, end, die } = burst();
  end(0);
  end(1);
  running.hear({ kind: 'began', run: 1, event: 1 });
  end(2);
  die();
  expect(await next.isGoingOn()).toBe(true);
  expect(await next.hasBegun({ beginMs: 10, noteMs: 10 })).toBe(true);
  expect((await next.outcome(first, Infinity, signal)).result).toBe(0);
  const failed = await next.outcome(second, Infinity, signal);
  expect([failed.result, failed.output.toString()]).toEqual([
    1,
    expect.stringContaining('60.b: the plugin host ended: it was ended by SIGSEGV'),
  ]);
});

test('what it had only come to is run by another', async () => {
  const { next, running, die } = burst();
  running.hear({ kind: 'next', run: 1, event: 1 });
  die();
  expect(await next.isGoingOn()).toBe(false);
});

test('what a host says of events and plugins that it was not told of counts for nothing', async () => {
  const { next, running, end } = burst();
  end(4, 7);
  running.hear({ kind: 'began', run: 1, event: 2 });
  running.hear({ kind: 'began', run: 2, event: 1 });
  expect(await next.hasBegun({ beginMs: 10, noteMs: 10 })).toBe(false);
});
