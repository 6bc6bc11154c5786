import { chmodSync, existsSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';
import { ctdb } from '../support/installed-ctdb.ts';
import { script } from '../support/temporary-directory.ts';

/* `ctdb event script disable` and `enable` by Debian's client, under our event daemon. */

const says = (word: string): string =>
  pluginText(`monitor(_event, { log }) { log('${word}'); return healthy; }`);

async function start() {
  const node = new EventdNode({
    '10.both.script': script('echo script'),
    '10.both.ts': { text: says('plugin'), mode: 0o755 },
    '20.file.script': script('echo script'),
    '70.beside.ts': { text: says('plugin'), mode: 0o755 },
    '70.beside.script': { target: '/bin/true' },
  });
  const daemon = await node.start();
  await daemon.run('monitor');
  const env = { CTDB_TEST_MODE: '1', CTDB_BASE: node.base };
  const client = join(ctdb.helperDir, 'ctdb-event');
  const event = async (...words: readonly string[]) => {
    const { exitCode, all } = await execa(client, ['script', ...words], { env, all: true, reject: false });
    return `${exitCode ?? ''}: ${all}`;
  };
  const shown = async () => {
    await daemon.run('monitor');
    const entries = Object.entries(await daemon.entries('monitor'));
    return Object.fromEntries(entries.map(([name, [result]]) => [name, result]));
  };
  return { node, daemon, event, shown };
}

test('a script without a plugin is disabled, and nothing is said', async () => {
  const { daemon, event, shown } = await start();
  expect(await event('disable', 'legacy', '20.file')).toBe('0: ');
  expect(await shown()).toMatchObject({ '10.both': 0, '20.file': -8 });
  expect(await daemon.log()).not.toContain('runs on');
});

test('that the client has disabled the script beside a plugin is said, with what to do', async () => {
  const { node, daemon, event, shown } = await start();
  const path = join(node.events, '10.both');
  const warning = `WARNING: ${path}.script was disabled, and the plugin ${path}.ts runs on. To disable that: chmod -x ${path}.ts. To have the script back: ctdb event script enable legacy 10.both`;
  const warnings = async () => (await daemon.log()).split(warning).length - 1;
  expect(await event('disable', 'legacy', '10.both')).toBe('0: ');
  expect(await shown()).toMatchObject({ '10.both': 0 });
  expect(await warnings()).toBe(1);
  expect(await event('enable', 'legacy', '10.both')).toBe('0: ');
  expect(statSync(`${path}.script`).mode & 0o111).not.toBe(0);
  await shown();
  expect(await warnings()).toBe(1);
});

test('that the client has removed the link to a script is said once, with what to do, and again when it was there again', async () => {
  const { node, daemon, event, shown } = await start();
  const path = join(node.events, '70.beside');
  const warning = `WARNING: ${path}.script is gone, and the plugin ${path}.ts runs on. To disable that: chmod -x ${path}.ts. To have the script back: ctdb event script enable legacy 70.beside`;
  const warnings = async () => (await daemon.log()).split(warning).length - 1;
  expect(await event('disable', 'legacy', '70.beside')).toBe('0: ');
  expect(existsSync(`${path}.script`)).toBe(false);
  expect(await shown()).toMatchObject({ '70.beside': 0 });
  await shown();
  expect(await warnings()).toBe(1);
  symlinkSync('/bin/true', `${path}.script`);
  await shown();
  rmSync(`${path}.script`);
  await shown();
  expect(await warnings()).toBe(2);
  chmodSync(`${path}.ts`, 0o644);
  expect(await shown()).toMatchObject({ '70.beside': -8 });
});

test('nothing is said of a script that goes together with its plugin, nor where the plugin is disabled', async () => {
  const { node, daemon, shown } = await start();
  for (const name of ['70.beside.script', '70.beside.ts', '10.both.script']) rmSync(join(node.events, name));
  chmodSync(join(node.events, '10.both.ts'), 0o644);
  await shown();
  expect(await daemon.log()).not.toContain('runs on');
});

test('a built-in plugin is disabled by removing its link, as the warning says', async () => {
  const { node, shown } = await start();
  const link = join(node.events, '00.ctdb.ts');
  symlinkSync(join(packageRoot, 'plugins/00.ctdb/plugin.ts'), link);
  symlinkSync('/bin/true', join(node.events, '00.ctdb.script'));
  await shown();
  rmSync(join(node.events, '00.ctdb.script'));
  expect(Object.keys(await shown())).toContain('00.ctdb');
  await expect.poll(() => node.log()).toContain(`the plugin ${link} runs on. To disable that: rm ${link}. `);
  rmSync(link);
  expect(Object.keys(await shown())).not.toContain('00.ctdb');
});
