import { expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';

test('a plugin host that dies between two events is in the log, and the next event has another', async () => {
  const node = new EventdNode();
  node.plugin('60.p', pluginText('monitor(_event, { log }) { log(`in ${process.pid}`); return healthy; }'));
  const daemon = await node.start();
  expect(await daemon.run('monitor')).toBe(results.ok);
  const [, host = ''] = /in (\d+)/.exec(await daemon.output('monitor')) ?? [];
  process.kill(Number(host), 'SIGKILL');
  await expect.poll(() => node.log()).toContain(`plugin host ${host} ended: it was ended by SIGKILL\n`);
  expect(await daemon.run('monitor')).toBe(results.ok);
  expect(await daemon.output('monitor')).toMatch(new RegExp(`^in (?!${host}$)\\d+\n$`, 'm'));
});
