import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';

/* The event daemon, with a directory of ours where the kernel has its settings: these hold for the whole machine. */

const start = (node: EventdNode, settings: string, word = 'yes'): Promise<RunningEventd> =>
  node.start({
    environment: { CTDB_HOOK_RCU_EXPEDITED: word },
    before: ['unshare', '--mount', 'sh', '-ec', 'mount --bind "$0" /sys/kernel; exec "$@"', settings, 'env'],
  });

/** A directory like the kernel's, and what it says of expediting. */
function kernelSettings() {
  const settings = temporaryDirectory();
  plant(settings, { rcu_expedited: '0\n', rcu_normal: '0\n' });
  return { settings, setting: () => readFileSync(join(settings, 'rcu_expedited'), 'utf8').slice(0, 1) };
}

test('a daemon expedites grace periods when an address comes, and whatever becomes of it they are as before', async () => {
  const { settings, setting } = kernelSettings();
  const node = new EventdNode();
  const killed = await start(node, settings);
  expect(setting()).toBe('0');
  expect(await killed.run('takeip', { args: 'lo 127.9.0.1 8' })).toBe(results.ok);
  expect(setting()).toBe('1');
  process.kill(killed.process.pid, 'SIGKILL');
  await killed.process.exited;
  expect(setting()).toBe('1');

  const next = await start(node, settings);
  expect(setting()).toBe('0');
  expect(await next.run('updateip', { args: 'lo lo 127.9.0.1 8' })).toBe(results.ok);
  expect(setting()).toBe('1');
  await next.end();
  expect(setting()).toBe('0');
});

test('one that is to leave them alone undoes what a daemon before it did, and nothing else', async () => {
  const { settings, setting } = kernelSettings();
  const node = new EventdNode();
  const killed = await start(node, settings);
  expect(await killed.run('takeip', { args: 'lo 127.9.0.1 8' })).toBe(results.ok);
  process.kill(killed.process.pid, 'SIGKILL');
  await killed.process.exited;
  expect(setting()).toBe('1');

  const next = await start(node, settings, 'no');
  expect(setting()).toBe('0');
  expect(await next.run('takeip', { args: 'lo 127.9.0.1 8' })).toBe(results.ok);
  expect(setting()).toBe('0');
});
