import { describe, expect, test } from 'vitest';
import { textOf } from '../../core/text/bytes-as-text.ts';
import { results, runAll } from '../../core/eventd-protocol/messages.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';
import { script } from '../support/temporary-directory.ts';
import { letGo } from '../support/waiting-script.ts';

const { ok, failed } = results;

const killsItsHost = `import { execFileSync } from 'node:child_process';
${pluginText(`startup() { execFileSync('kill', ['-9', String(process.pid)]); }`)}`;

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
    node.plugin('40.p', killsItsHost);
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
    node.plugin('40.p', killsItsHost);
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
