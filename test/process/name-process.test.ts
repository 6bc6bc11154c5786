import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';

const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

test('pgrep, top and the journal know the event daemon and its hosts by names of their own', async () => {
  const node = new EventdNode();
  node.plugin('60.p', pluginText('monitor() { return healthy; }'));
  const daemon = await node.start();
  await daemon.run('monitor');
  expect(nameOf(daemon.pid)).toBe('ctdb-eventd');
  await expect.poll(() => daemon.process.hosts().map(nameOf)).toEqual(['ctdb-hook-host', 'ctdb-hook-host']);
});
