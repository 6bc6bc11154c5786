import { describe, expect, test } from 'vitest';
import { describePluginContract, testNode, type TestNode } from 'ctdb-hook/testing';
import rsyncd from './70.rsyncd.ts';

const refused = { code: 10, stderr: 'rsync: failed to connect to 127.0.0.1: Connection refused (111)\n' };

const options = { RSYNCD_MODULES: 'export' };

function prepare({ commands, services }: TestNode): void {
  services.define('rsync');
  commands.on('rsync', () => (services.get('rsync').isRunning ? {} : refused));
}

async function rsyncdNode(): Promise<TestNode> {
  const node = await testNode({ name: '70.rsyncd', plugin: rsyncd, options });
  prepare(node);
  return node;
}

describePluginContract(rsyncd, { name: '70.rsyncd', options, prepare }, { describe, test });

test('startup waits until the daemon answers', async () => {
  await using node = await rsyncdNode();
  let asked = 0;
  node.commands.on('rsync', () => (++asked < 4 ? refused : {}));
  expect(await node.raise('startup')).toMatchObject({ ok: true, tookMs: 600 });
});

test('startup fails if the daemon does not answer in five seconds, whatever its init script said', async () => {
  await using node = await rsyncdNode();
  node.commands.on('rsync', refused);
  expect(await node.raise('startup')).toMatchObject({
    ok: false,
    output: `ERROR: rsync does not answer: ${refused.stderr}`,
    tookMs: 5000,
  });
});

test('a module that the daemon refuses makes the node unhealthy, in the daemon’s words', async () => {
  await using node = await rsyncdNode();
  await node.raise('startup');
  node.commands.on(['rsync', '--list-only', '--contimeout=5', 'rsync://127.0.0.1/export'], {
    code: 5,
    stdout: '@ERROR: chroot failed\n',
  });
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    output: 'ERROR: rsync module "export": @ERROR: chroot failed\n',
  });
});

test('a module on a file system that hangs makes the node unhealthy in time', async () => {
  await using node = await rsyncdNode();
  await node.raise('startup');
  node.hang('command rsync --list-only --contimeout=5 rsync://127.0.0.1/export');
  expect(await node.raise('monitor')).toMatchObject({
    ok: false,
    ended: 'failed',
    output: 'ERROR: rsync module "export" does not answer\n',
    tookMs: 10_000,
  });
});
