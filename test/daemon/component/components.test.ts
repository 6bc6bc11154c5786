import { chmodSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { results } from '../../../core/eventd-protocol/messages.ts';
import { EventdNode, patienceMs } from '../../support/eventd-node.ts';
import { pluginText } from '../../support/hook-node.ts';
import { plant, script } from '../../support/temporary-directory.ts';
import { letGo, story, waiting } from '../../support/waiting-script.ts';

const { ok, missing, invalid } = results;

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
