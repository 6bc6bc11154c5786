import { chmodSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../core/codec/text.ts';
import { results, runAll } from '../../core/protocol/messages.ts';
import { EventdNode, patienceMs, type RunningEventd } from '../support/eventd-node.ts';
import { isRunning } from '../support/is-running.ts';
import { pluginText } from '../support/hook-node.ts';
import { plant, script } from '../support/temporary-directory.ts';

const { ok, missing, failed, invalid, timedOut, cancelled } = results;

/** A script that says when it begins, and ends when the test lets it: with the status that the file holds. */
const waiting = script(
  `echo "begin $*" >>$CTDB_BASE/story
echo $$ >>$CTDB_BASE/pids
until [ -e $CTDB_BASE/go.$1 ]; do sleep 0.02; done
echo "end $*" >>$CTDB_BASE/story`,
);

function letGo({ node }: RunningEventd, ...events: readonly string[]): void {
  plant(node.base, Object.fromEntries(events.map((event) => [`go.${event}`, ''])));
}

const story = ({ node }: RunningEventd): string[] => node.read('story').split('\n').slice(0, -1);
const pids = ({ node }: RunningEventd): number[] => node.read('pids').split('\n').slice(0, -1).map(Number);

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

describe('a run', () => {
  const failing = {
    '10.good.script': script('echo good'),
    '20.bad.script': script('echo bad; exit 3'),
    '30.after.script': script('echo after'),
  };

  test('ends at the first script that fails', async () => {
    const daemon = await new EventdNode(failing).start();
    expect(await daemon.run('startup')).toBe(failed);
    expect(await daemon.status('startup')).toMatchObject({ summary: 3 });
    expect(await daemon.entries('startup')).toEqual({ '10.good': [0, 'good\n'], '20.bad': [3, 'bad\n'] });
  });

  test('with RUN_ALL goes on, scripts and plugins alike, and the last failure counts', async () => {
    const node = new EventdNode(failing);
    node.plugin('40.p', pluginText(`startup() { throw new Failure('not today'); }`));
    node.plugin('50.p', pluginText(`startup(_event, { log }) { log('still here'); }`));
    const daemon = await node.start();
    expect(await daemon.run('startup', { flags: runAll })).toBe(failed);
    expect((await daemon.status('startup'))?.summary).toBe(1);
    expect(await daemon.entries('startup')).toEqual({
      '10.good': [0, 'good\n'],
      '20.bad': [3, 'bad\n'],
      '30.after': [0, 'after\n'],
      '40.p': [1, 'not today\n'],
      '50.p': [0, 'still here\n'],
    });
  });

  test('with RUN_ALL goes on after a plugin that ended its host', async () => {
    const node = new EventdNode();
    node.plugin(
      '40.p',
      `import { execFileSync } from 'node:child_process';
${pluginText(`startup() { execFileSync('kill', ['-9', String(process.pid)]); }`)}`,
    );
    node.plugin('50.p', pluginText(`startup(_event, { log }) { log('still here'); }`));
    const daemon = await node.start();
    expect(await daemon.run('startup', { flags: runAll })).toBe(failed);
    expect(await daemon.entries('startup')).toEqual({
      '40.p': [
        1,
        'ERROR: 40.p: the plugin host ended: it was ended by SIGKILL; 40.p was running, but what another plugin has left behind may have done it\n',
      ],
      '50.p': [0, 'still here\n'],
    });
  });

  test('whose host is ended by what an earlier one left behind says so, and the next runs normally', async () => {
    const node = new EventdNode();
    const imports = `import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
const path = (name: string): string => process.env['CTDB_BASE'] + '/' + name;
const isLetGo = (): boolean => existsSync(path('go.monitor'));
const everyMoment = (look: () => void): unknown => setInterval(look, 10);
`;
    node.plugin(
      '40.p',
      `${imports}${pluginText(`startup() {
        everyMoment(() => { if (isLetGo()) execFileSync('kill', ['-9', String(process.pid)]); });
      }`)}`,
    );
    node.plugin(
      '50.p',
      `${imports}${pluginText(`async monitor() {
        writeFileSync(path('begun'), 'begun');
        if (!isLetGo()) await new Promise(() => undefined);
        return healthy;
      }`)}`,
    );
    const daemon = await node.start();
    expect(await daemon.run('startup')).toBe(ok);
    const monitor = daemon.run('monitor');
    await expect.poll(() => node.read('begun')).toBe('begun');
    letGo(daemon, 'monitor');
    expect(await monitor).toBe(failed);
    expect(await daemon.output('monitor')).toBe(
      'ERROR: 50.p: the plugin host ended: it was ended by SIGKILL; 50.p was running, but what another plugin has left behind may have done it\n',
    );
    expect(await daemon.run('monitor')).toBe(ok);
  });

  test('of one plugin alone says that it was running when its host ended, and blames no other', async () => {
    const node = new EventdNode();
    node.plugin(
      '40.p',
      `import { execFileSync } from 'node:child_process';
${pluginText(`startup() { execFileSync('kill', ['-9', String(process.pid)]); }`)}`,
    );
    const daemon = await node.start();
    expect(await daemon.run('startup')).toBe(failed);
    expect(await daemon.output('startup')).toBe(
      'ERROR: 40.p: the plugin host ended: it was ended by SIGKILL\n',
    );
  });

  test('of an unknown event runs scripts and no plugin', async () => {
    const node = new EventdNode({ '10.a.script': script('echo "$# $*"') });
    node.plugin('20.p', pluginText(`monitor(_event, { log }) { log('called'); return healthy; }`));
    const daemon = await node.start();
    expect(await daemon.run('never-heard-of', { args: 'one' })).toBe(ok);
    expect(await daemon.entries('never-heard-of')).toEqual({
      '10.a': [0, '2 never-heard-of one\n'],
      '20.p': [0, ''],
    });
  });

  test('gets its arguments split at spaces, without empty ones and unchanged', async () => {
    const daemon = await new EventdNode({ '10.a.script': script(`printf '%s;' "$0" "$@"`) }).start();
    expect(await daemon.run('x', { args: " eth0  10.0.0.1 'a\tb' ü* $HOME " })).toBe(ok);
    const status = await daemon.status('x');
    expect(status?.scripts[0]?.output.toString()).toBe(
      `${daemon.node.events}/10.a.script;x;eth0;10.0.0.1;'a\tb';ü*;$HOME;`,
    );
  });

  test('gets each byte of its arguments and of its own name, also those that are no UTF-8', async () => {
    const hex = script(`for word; do printf %s "$word" | od -An -v -tx1; done`);
    const daemon = await new EventdNode({ '10.a.script': hex }).start();
    const bytes = Buffer.from('ff80 6dc3bc c3 eda080'.replaceAll(' ', '20'), 'hex');
    const event = textOf(Buffer.from('e9', 'hex'));
    expect(await daemon.run(event, { args: textOf(bytes) })).toBe(ok);
    expect(await daemon.output(event)).toBe(' e9\n ff 80\n 6d c3 bc\n c3\n ed a0 80\n');
  });

  test('shows what is disabled, dangling or has no interpreter as DISABLED, and goes on', async () => {
    const daemon = await new EventdNode({
      '10.off.script': { text: '#!/bin/sh\nexit 1\n', mode: 0o644 },
      '20.gone.script': { target: '/nonexistent' },
      '30.plain.script': { text: 'exit 1\n', mode: 0o755 },
      '40.a.script': script('echo ran'),
    }).start();
    expect(await daemon.run('startup')).toBe(ok);
    expect(await daemon.entries('startup')).toEqual({
      '10.off': [-8, ''],
      '20.gone': [-8, ''],
      '30.plain': [-8, ''],
      '40.a': [0, 'ran\n'],
    });
  });

  test('of a directory without scripts is a success with an empty list', async () => {
    const daemon = await new EventdNode().start();
    expect(await daemon.run('monitor')).toBe(ok);
    expect(await daemon.status('monitor')).toEqual({ summary: 0, scripts: [] });
  });
});

describe('components', () => {
  test('are any directories below events, and run side by side, with plugins of their own', async () => {
    const node = new EventdNode({ '10.wait.script': waiting });
    plant(node.path('events/other'), {
      '10.a.script': script('echo other'),
      '20.p.ts': {
        text: pluginText(`monitor(_event, { log }) { log('plugin'); return healthy; }`),
        mode: 0o755,
      },
    });
    const daemon = await node.start();
    const legacy = daemon.run('startup');
    await expect.poll(() => story(daemon)).toEqual(['begin startup']);
    expect(await daemon.run('monitor', { component: 'other' })).toBe(ok);
    const { status } = await daemon.client.status({ component: 'other', event: 'monitor' }, patienceMs);
    expect(status?.scripts.map(({ output }) => output.toString())).toEqual(['other\n', 'plugin\n']);
    letGo(daemon, 'startup');
    expect(await legacy).toBe(ok);
  });

  test.each(['none', '', '.', '..', '../events/legacy', 'legacy/', 'legacy\n'])(
    'there is none called %j',
    async (component) => {
      const daemon = await new EventdNode().start();
      expect(await daemon.run('monitor', { component })).toBe(missing);
      expect(await daemon.client.status({ component, event: 'monitor' }, patienceMs)).toEqual({
        result: missing,
        status: null,
      });
      expect(await daemon.client.script({ component, script: '10.a', action: 'enable' }, patienceMs)).toBe(
        missing,
      );
    },
  );
});

describe('SCRIPT', () => {
  test('sets and clears the execute bits of a file, and of the plugin before the script', async () => {
    const node = new EventdNode({
      '10.a.script': { text: '#!/bin/sh\n', mode: 0o640 },
      '20.b.script': script(''),
    });
    node.plugin('20.b', pluginText(''));
    const daemon = await node.start();
    const set = (name: string, action: 'enable' | 'disable') =>
      daemon.client.script({ component: 'legacy', script: name, action }, patienceMs);
    const mode = (name: string) => statSync(join(node.events, name)).mode & 0o777;
    expect(await set('10.a', 'enable')).toBe(ok);
    expect(mode('10.a.script')).toBe(0o751);
    expect(await set('10.a', 'disable')).toBe(ok);
    expect(mode('10.a.script')).toBe(0o640);
    chmodSync(join(node.events, '20.b.ts'), 0o755);
    expect(await set('20.b', 'disable')).toBe(ok);
    expect([mode('20.b.ts'), mode('20.b.script')]).toEqual([0o644, 0o755]);
    expect(await daemon.run('monitor')).toBe(ok);
    expect(await daemon.entries('monitor')).toMatchObject({ '10.a': [-8, ''], '20.b': [-8, ''] });
  });

  test('refuses links, names that none can have, and what is not there', async () => {
    const node = new EventdNode({ '10.a.script': script('') });
    symlinkSync(join(node.events, '10.a.script'), join(node.events, '20.link.script'));
    const daemon = await node.start();
    const enable = (name: string) =>
      daemon.client.script({ component: 'legacy', script: name, action: 'enable' }, patienceMs);
    expect(await enable('20.link')).toBe(invalid);
    for (const name of ['', 'a', '1.a', '10.', '../10.a', '10.a/../10.a'])
      expect([name, await enable(name)]).toEqual([name, invalid]);
    expect(await enable('30.none')).toBe(missing);
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
