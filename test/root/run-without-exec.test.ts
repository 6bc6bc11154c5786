import { mkdirSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';

test('where /run is mounted noexec, as by systemd, plugin hosts start from a copy in the cache directory', async () => {
  const node = new EventdNode();
  mkdirSync(node.path('run/ctdb-hook'));
  node.plugin('60.p', pluginText('async monitor(_event, { run }) { await run(["true"]); return healthy; }'));
  const mount = 'mount -t tmpfs -o noexec,mode=0700 tmpfs "$0"; exec "$@"';
  const daemon = await node.start({
    before: ['unshare', '--mount', 'sh', '-ec', mount, node.path('run/ctdb-hook')],
  });
  expect(await daemon.run('monitor')).toBe(results.ok);
  expect(await daemon.log()).toMatch(/plugins use the network: netlink|koffi/);
  expect(await daemon.log()).not.toMatch(/koffi does not load|WARNING/);
  const copies = readdirSync(node.path('var/cache/ctdb-hook')).filter((name) => name.startsWith('program-'));
  expect(copies).toHaveLength(1);
});
