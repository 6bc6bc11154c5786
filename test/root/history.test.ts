import { mkdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { script } from '../support/temporary-directory.ts';

test('where little space is left the history is not kept: one warning, and events go on', async () => {
  const node = new EventdNode({ '50.a.script': script('true') });
  mkdirSync(node.path('var/lib'), { recursive: true });
  const mount = 'mount -t tmpfs -o size=8m,mode=0755 tmpfs "$0"; exec "$@"';
  const daemon = await node.start({
    before: ['unshare', '--mount', 'sh', '-ec', mount, node.path('var/lib')],
  });
  for (const event of ['setup', 'startup', 'monitor']) expect(await daemon.run(event)).toBe(results.ok);
  await vi.waitUntil(() => node.log().includes('is not kept'), patienceMs);
  const warnings = (await daemon.log()).split('\n').filter((line) => line.includes('WARNING'));
  expect(warnings).toEqual([
    expect.stringMatching(
      /WARNING: the history in \S+\/var\/lib\/ctdb-hook\/history is not kept: \d MiB are free there, expected 64 at least$/,
    ),
  ]);
});
