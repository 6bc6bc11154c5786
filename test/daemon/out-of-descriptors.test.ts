import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';

test('a daemon that can open nothing more fails events, answers all the while, and recovers', async () => {
  const node = new EventdNode();
  node.plugin('60.p', pluginText(`monitor(_event, { log }) { log('ran'); return healthy; }`));
  const daemon = await node.start();
  expect(await daemon.run('monitor')).toBe(results.ok);
  await expect.poll(() => daemon.process.hosts().length).toBe(2);
  const limit = (descriptors: string) =>
    execFileSync('prlimit', ['--pid', String(daemon.pid), `--nofile=${descriptors}`]);
  limit('8:');
  for (const pid of daemon.process.hosts()) process.kill(pid, 'SIGKILL');
  await expect.poll(() => daemon.process.hosts()).toEqual([]);
  expect(await daemon.run('monitor')).not.toBe(results.ok);
  expect(await daemon.status('monitor')).toBeDefined();
  limit('1024:');
  await expect.poll(() => daemon.run('monitor')).toBe(results.ok);
  expect(await daemon.entries('monitor')).toEqual({ '60.p': [0, 'ran\n'] });
  expect(await daemon.log()).not.toContain('a mistake of the event daemon');
  expect(daemon.process.child.exitCode ?? daemon.process.child.signalCode).toBeNull();
});
