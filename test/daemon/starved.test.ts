import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readProcEntry } from '../../core/process/proc-table.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';

/* A host that does not begin in time may be stuck, or get no processor. Only the first kind is killed for it. */

const { ok, timedOut } = results;

/** A daemon whose plugin tells in which process it runs, and leaves this behind at `startup`. */
async function started(atStartup = ''): Promise<{ daemon: RunningEventd; host: number }> {
  const node = new EventdNode();
  node.plugin(
    '60.p',
    `import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { definePlugin, healthy } from 'ctdb-hook';
export default definePlugin({
  startup(_event, { environment }) { ${atStartup} },
  monitor(_event, { log }) { log('in ' + process.pid); return healthy; },
  takeip(_event, { log }) { log('in ' + process.pid); },
  releaseip() {},
  ipreallocated() {},
});`,
  );
  const daemon = await node.start();
  expect(await daemon.run('monitor')).toBe(ok);
  return { daemon, host: Number((await daemon.output('monitor')).split(' ').at(-1)) };
}

describe('a host that is stopped when an event comes', () => {
  test.each([
    ['monitor', {}],
    ['takeip', { args: 'lo 127.7.0.1 8' }],
  ])('for 0.9 seconds runs %s when it goes on, and nothing is logged', async (event, request) => {
    const { daemon, host } = await started();
    process.kill(host, 'SIGSTOP');
    await expect.poll(() => readProcEntry(host)?.state).toBe('T');
    setTimeout(() => process.kill(host, 'SIGCONT'), 900);
    expect(await daemon.run(event, request)).toBe(ok);
    expect(await daemon.output(event)).toBe(`in ${host}\n`);
    expect(await daemon.log()).not.toContain('killed');
  });

  test('for longer than the event may take is killed then, and the log says why', async () => {
    const { daemon, host } = await started();
    process.kill(host, 'SIGSTOP');
    expect(await daemon.run('monitor', { timeoutS: 2 })).toBe(timedOut);
    await expect
      .poll(() => daemon.node.log())
      .toContain(`plugin host ${host} is killed: 60.p did not end when it was told to (timed-out)`);
    expect(await daemon.run('monitor')).toBe(ok);
  });
});

test.each([
  ['spins', 'for (;;);'],
  ['waits in a system call', `execFileSync('sleep', ['1000']);`],
])('a host that %s when an event comes is replaced, and the log says why', async (_what, stuck) => {
  const { daemon, host } = await started(
    `setTimeout(() => { writeFileSync(environment.CTDB_BASE + '/is-stuck', ''); ${stuck} }, 0);`,
  );
  expect(await daemon.run('startup')).toBe(ok);
  await expect.poll(() => existsSync(daemon.node.path('is-stuck'))).toBe(true);
  expect(await daemon.run('monitor')).toBe(ok);
  expect(await daemon.output('monitor')).not.toBe(`in ${host}\n`);
  await expect
    .poll(() => daemon.node.log())
    .toContain(`plugin host ${host} is killed: it was busy with what an earlier event left behind`);
});
