import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const { ok } = results;

/** What of node_modules a daemon and its hosts use. */
const modules = [`node-linux-${process.arch}`, `@koromix/koffi-linux-${process.arch}`];

/** This package as npm installs it, in a place where it may be removed. */
async function installedPackage(): Promise<string> {
  const root = join(temporaryDirectory(), 'lib/node_modules/ctdb-hook');
  mkdirSync(root, { recursive: true });
  for (const part of ['bin', 'dist', 'plugins', 'package.json'])
    cpSync(join(packageRoot, part), join(root, part), { recursive: true });
  for (const name of modules) {
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true });
    // Node is large, and the same file under two names.
    await execa('cp', [
      '-a',
      '--reflink=auto',
      join(packageRoot, 'node_modules', name),
      join(root, 'node_modules', name),
    ]);
  }
  return root;
}

const greet = (word: string): string =>
  pluginText(`monitor(_event, { log }) { log('${word}'); return healthy; }, ipreallocated: () => undefined`);

test('a daemon whose package is replaced and then removed answers every event, with new hosts too', async () => {
  const root = await installedPackage();
  const node = new EventdNode();
  symlinkSync(join(root, 'plugins/00.ctdb/plugin.ts'), join(node.events, '00.ctdb.ts'));
  symlinkSync(join(root, 'bin/ctdb-hook'), join(node.events, '70.q.script'));
  writeFileSync(join(node.events, '70.q.ts'), greet('linked'));
  node.plugin('60.p', greet('one'));
  const daemon = await node.start({ program: join(root, 'bin/ctdb-eventd') });
  expect(await daemon.run('takeip', { args: 'lo 192.0.2.1 24' })).toBe(ok);

  renameSync(root, `${root}.old`); // As npm begins.
  node.plugin('60.p', greet('two')); // Takes a new host.
  expect(await daemon.run('monitor')).toBe(ok);
  expect((await daemon.entries('monitor'))['60.p']).toEqual([0, 'two\n']);
  expect((await daemon.entries('monitor'))['70.q']).toEqual([0, 'linked\n']);
  expect(await daemon.log()).toContain(
    `00.ctdb.ts is a dangling link to ${root}/plugins/00.ctdb/plugin.ts, expected a plugin: the built-in 00.ctdb of ctdb-hook runs`,
  );
  expect(await daemon.run('takeip', { args: 'lo 192.0.2.1' })).not.toBe(ok); // 00.ctdb looks at arguments.

  rmSync(`${root}.old`, { recursive: true });
  for (const pid of daemon.process.hosts()) process.kill(pid, 'SIGKILL');
  for (const event of ['startrecovery', 'recovered', 'ipreallocated', 'monitor', 'shutdown'])
    expect([event, await daemon.run(event)]).toEqual([event, ok]);
  expect((await daemon.entries('monitor'))['60.p']).toEqual([0, 'two\n']);
  expect(await daemon.log()).toMatch(/WARNING: .*\/dist\/build-id is gone/);
});

test('another build on disk is told of once, and a restart is what it takes', async () => {
  const root = await installedPackage();
  const node = new EventdNode();
  const daemon = await node.start({ program: join(root, 'bin/ctdb-eventd') });
  expect(await daemon.run('monitor')).toBe(ok);
  writeFileSync(join(root, 'dist/build-id'), 'another\n');
  for (let count = 0; count < 3; count += 1) expect(await daemon.run('monitor')).toBe(ok);
  expect(
    (await daemon.log()).match(/ctdb-hook on disk is build another, build \w+ runs until ctdb is restarted/g),
  ).toHaveLength(1);
});
