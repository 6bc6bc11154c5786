import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { isRunning } from '../support/is-running.ts';
import { pluginText } from '../support/hook-node.ts';
import { letGo, pids, story, waiting } from '../support/waiting-script.ts';

const { ok, failed, invalid, timedOut, cancelled } = results;

describe('events of a component', () => {
  test('run one at a time, in the order in which they came', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    const answers = ['startup', 'takeip', 'releaseip'].map((event) => daemon.run(event));
    await expect.poll(() => story(daemon)).toEqual(['begin startup']);
    letGo(daemon, 'releaseip', 'takeip', 'startup');
    expect(await Promise.all(answers)).toEqual([ok, ok, ok]);
    expect(story(daemon)).toEqual(
      ['startup', 'takeip', 'releaseip'].flatMap((event) => [`begin ${event}`, `end ${event}`]),
    );
  });

  test('a monitor yields to anything: at once, with its group, and its status is kept', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    letGo(daemon, 'monitor');
    expect(await daemon.run('monitor')).toBe(ok);
    const before = await daemon.status('monitor');
    rmSync(daemon.node.path('go.monitor'));
    const monitor = daemon.run('monitor');
    await expect.poll(() => pids(daemon).length).toBe(2);
    letGo(daemon, 'takeip');
    const takeip = daemon.run('takeip');
    expect(await monitor).toBe(cancelled);
    expect(await takeip).toBe(ok);
    expect(pids(daemon).filter(isRunning)).toEqual([]);
    expect(await daemon.status('monitor')).toEqual(before);
    expect(story(daemon)).toEqual([
      'begin monitor',
      'end monitor',
      'begin monitor',
      'begin takeip',
      'end takeip',
    ]);
  });

  test('a monitor that comes while another event runs is cancelled, and has never run', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    const startup = daemon.run('startup');
    await expect.poll(() => story(daemon)).toEqual(['begin startup']);
    expect(await daemon.run('monitor')).toBe(cancelled);
    letGo(daemon, 'startup');
    expect(await startup).toBe(ok);
    expect(await daemon.client.status({ component: 'legacy', event: 'monitor' }, patienceMs)).toEqual({
      result: invalid,
      status: null,
    });
  });

  test('a new monitor cancels the one that runs', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    const first = daemon.run('monitor');
    await expect.poll(() => story(daemon)).toEqual(['begin monitor']);
    const second = daemon.run('monitor');
    expect(await first).toBe(cancelled);
    letGo(daemon, 'monitor');
    expect(await second).toBe(ok);
  });

  test('a plugin that runs a command at monitor is cancelled with it, and another event follows', async () => {
    const node = new EventdNode();
    node.plugin(
      '60.p',
      pluginText(`async monitor(_event, { act }) {
        await act(['sh', '-c', 'echo $$ >$CTDB_BASE/pids; exec sleep 300']);
        return healthy;
      },
      startup(_event, { log }) { log('next'); }`),
    );
    const daemon = await node.start();
    const monitor = daemon.run('monitor');
    await expect.poll(() => pids(daemon).length).toBe(1);
    const startup = daemon.run('startup');
    expect(await monitor).toBe(cancelled);
    expect(await startup).toBe(ok);
    expect(await daemon.entries('startup')).toEqual({ '60.p': [0, 'next\n'] });
    await expect.poll(() => pids(daemon).filter(isRunning)).toEqual([]);
    expect(await daemon.status('monitor')).toBeUndefined();
  });

  test('an event that is late before its turn fails at once, and starts nothing', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    const first = daemon.run('startup', { timeoutS: 0 });
    await expect.poll(() => story(daemon)).toEqual(['begin startup']);
    const asked = performance.now();
    const [late, later] = ['ipreallocated', 'releaseip'].map((event) => daemon.run(event, { timeoutS: 1 }));
    await expect.poll(() => performance.now() - asked, { timeout: patienceMs }).toBeGreaterThan(1_100);
    letGo(daemon, 'startup');
    expect(await first).toBe(ok);
    expect([await late, await later]).toEqual([timedOut, timedOut]);
    expect(story(daemon)).toEqual(['begin startup', 'end startup']);
    expect(await daemon.entries('ipreallocated')).toEqual({
      '10.wait': [-110, 'ERROR: ipreallocated was late: its time was up before it could begin\n'],
    });
  });

  test('a takeip that times out fails, so that ctdbd tries again, where the kernel has no such address', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    expect(await daemon.run('takeip', { timeoutS: 1, args: 'eth0 192.0.2.1 24' })).toBe(failed);
    expect((await daemon.status('takeip'))?.summary).toBe(-110);
  });

  test('a takeip that times out is told so where the kernel has the address', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    expect(await daemon.run('takeip', { timeoutS: 1, args: 'lo 127.0.0.1 8' })).toBe(timedOut);
    expect((await daemon.status('takeip'))?.summary).toBe(-110);
  });

  test('a time of 0 is no limit, and neither is the longest that can be said', async () => {
    const node = new EventdNode({ '10.wait.script': waiting });
    node.plugin('60.p', pluginText(`startup(_event, { log }) { log('ran'); }`));
    const daemon = await node.start();
    for (const timeoutS of [0, 0xffffffff]) {
      rmSync(node.path('go.startup'), { force: true });
      const before = story(daemon).length;
      const answer = daemon.run('startup', { timeoutS });
      await expect.poll(() => story(daemon).length).toBe(before + 1);
      letGo(daemon, 'startup');
      expect(await answer).toBe(ok);
      expect((await daemon.entries('startup'))['60.p']).toEqual([0, 'ran\n']);
    }
  });

  test('goes on when the client is gone that asked for it', async () => {
    const daemon = await new EventdNode({ '10.wait.script': waiting }).start();
    const other = await daemon.node.connect();
    const run = { component: 'legacy', event: 'startup', args: null, timeoutS: 20, flags: 0 };
    const answer = other.run(run, patienceMs).catch(() => 'gone');
    await expect.poll(() => story(daemon)).toEqual(['begin startup']);
    other.close();
    expect(await answer).toBe('gone');
    letGo(daemon, 'startup');
    await expect.poll(() => daemon.status('startup')).toMatchObject({ summary: 0 });
  });
});

test('1000 takeip requests at once are answered all, rightly and in order', async () => {
  const node = new EventdNode();
  node.plugin(
    '60.p',
    pluginText(`takeip({ ip }, { log }) { if (ip.endsWith('.7')) throw new Failure('no'); log(ip); },
    releaseip() {}, ipreallocated() {}`),
  );
  const daemon = await node.start();
  const order: number[] = [];
  const answers = await Promise.all(
    Array.from({ length: 1000 }, async (_value, count) => {
      const args = `eth0 10.1.${Math.floor(count / 250)}.${(count % 250) + 1} 24`;
      const result = await daemon.run('takeip', { args, timeoutS: 27 });
      order.push(count);
      return result;
    }),
  );
  expect(answers).toEqual(answers.map((_result, count) => (count % 250 === 6 ? failed : ok)));
  expect(order).toEqual(order.toSorted((one, other) => one - other));
});
