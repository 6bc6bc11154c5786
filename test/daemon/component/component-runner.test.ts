import { expect, test } from 'vitest';
import { ComponentReader } from '../../../core/daemon/changed-files/read-component.ts';
import { ComponentRunner } from '../../../core/daemon/component/component-runner.ts';
import { HostEnded } from '../../../core/daemon/plugin-hosts/host-ended.ts';
import type { HostProcess } from '../../../core/daemon/plugin-hosts/host-process.ts';
import type { KeptHost, PluginsInForce } from '../../../core/daemon/plugin-hosts/plugins-in-force.ts';
import { StatusStore } from '../../../core/daemon/component/status-store.ts';
import type { HungReport } from '../../../core/daemon/overdue/report-hung.ts';
import { deadlineIn } from '../../../core/process/deadline.ts';
import { results } from '../../../core/eventd-protocol/messages.ts';
import { script, temporaryDirectory } from '../../support/temporary-directory.ts';

/** A runner whose plugin host never answers that it has noted an event, until it is killed; with a script and a plugin. */
function runnerWithHungHost() {
  const noting = Promise.withResolvers<undefined>();
  const ended = Promise.withResolvers<undefined>();
  const killed: string[] = [];
  const host = {
    note() {
      noting.resolve(undefined);
      return ended.promise;
    },
    kill(why: string) {
      killed.push(why);
      ended.reject(new HostEnded(why));
    },
    groups: { killOfEvent: () => undefined },
  } as unknown as HostProcess;
  const loaded = { name: '60.p', outcome: 'loaded', message: '', kept: 'none', events: ['takeip'] };
  const plugins = new Map([['60.p', loaded]]);
  const kept = { host, plugins } as KeptHost;
  const store = new StatusStore();
  const runner = new ComponentRunner({
    reader: new ComponentReader(
      temporaryDirectory({
        '10.a.script': script('exit 0'),
        '60.p.js': { text: '', mode: 0o755 },
      }),
    ),
    environment: process.env,
    keeper: { prepare: () => Promise.resolve(kept) } as unknown as PluginsInForce,
    store,
    hungReport: {} as unknown as HungReport,
    notify: () => undefined,
    report: () => undefined,
    onAddition: () => undefined,
    isHeld: () => Promise.resolve(false),
  });
  return { runner, store, noting: noting.promise, killed };
}

const event = { name: 'takeip', argv: ['lo', '127.0.0.1', '8'] };

test('an event that is cancelled while its host notes it waits no longer, and the host is ended', async () => {
  const { runner, store, noting, killed } = runnerWithHungHost();
  const stop = new AbortController();
  const running = runner.run({
    event,
    deadline: Infinity,
    signal: stop.signal,
    runAll: false,
    askedMs: performance.now(),
  });
  await noting;
  stop.abort();
  const { result, over } = await running;
  expect(result).toBe(results.cancelled);
  expect(store.get('takeip')).toBeUndefined();
  await over;
  expect(killed).toEqual(['it was still noting takeip when that had to stop (cancelled)']);
});

test('an event whose time is up while its host notes it runs nothing, and the host is ended', async () => {
  const { runner, store, killed } = runnerWithHungHost();
  const { signal } = new AbortController();
  const { result, over } = await runner.run({
    event,
    deadline: deadlineIn(50),
    signal,
    runAll: false,
    askedMs: performance.now(),
  });
  expect(result).toBe(results.failed); // A takeip of which the address is not held: ctdbd is to try again.
  expect(store.get('takeip')).toMatchObject({
    summary: -110,
    scripts: [{ name: '10.a', result: -110, output: expect.any(Buffer) as Buffer }],
  });
  await over;
  expect(killed).toEqual(['it was still noting takeip when that had to stop (timed-out)']);
});
