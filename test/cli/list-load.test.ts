import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { EventdNode } from '../support/eventd-node.ts';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';

const good = pluginText(`monitor(_event, { log }) { log('good'); return healthy; }`);

/** ctdb-hook on a node with an event daemon. */
async function onNode(
  { base }: EventdNode,
  ...words: readonly string[]
): Promise<[status: number, output: string]> {
  const env = { CTDB_TEST_MODE: '1', CTDB_BASE: base, CTDB_TEST_HELPER_BINDIR: '/nonexistent' };
  const { exitCode, all } = await execa(hook, words, { env, all: true, reject: false });
  return [exitCode ?? -1, all];
}

describe('list', () => {
  test('says of a plugin that does not load why, whether its last good version goes on, and ends with 1', async () => {
    const node = new EventdNode();
    node.plugin('60.p', good);
    node.plugin('70.q', 'no TypeScript');
    const daemon = await node.start();
    await daemon.run('monitor');
    node.plugin('60.p', 'no TypeScript either');
    const [status, output] = await onNode(node, 'list');
    expect(output).toMatch(
      /^ {2}60\.p {2}plugin {2}does not load, its last good version goes on: \S*60\.p\.ts:1: /m,
    );
    expect(output).toMatch(/^ {2}70\.q {2}plugin {2}does not load: \S*70\.q\.ts:1: /m);
    expect(status).toBe(1);
  });

  test('outlives a plugin that ends its process or never ends while it loads', async () => {
    const node = new HookNode();
    node.plugin('60.p', 'process.exit(3);\n');
    node.plugin('70.q', 'for (;;);\n');
    const { output } = await node.hook('list', '--dir', node.events);
    expect(output).toContain('60.p.ts: the process that loaded it exited with status 3');
    expect(output).toContain('70.q.ts: the process that loaded it did not end in time');
  });
});

describe('give-up', () => {
  test('has the last good version of a plugin go on no longer, at the next event', async () => {
    const node = new EventdNode();
    node.plugin('60.p', good);
    const daemon = await node.start();
    expect(await daemon.run('monitor')).toBe(0);
    node.plugin('60.p', 'no TypeScript');
    expect(await daemon.run('monitor')).toBe(0);
    expect(await onNode(node, 'give-up', '60.p')).toEqual([0, '60.p: its last good version is given up']);
    expect(await daemon.run('monitor')).toBe(8);
    expect(await daemon.run('ipreallocated')).toBe(0);
    node.plugin('60.p', good);
    expect(await daemon.run('monitor')).toBe(0);
  });

  test('of what is not there, or was never kept, is an error', async () => {
    const node = new EventdNode();
    node.plugin('60.p', 'no TypeScript');
    expect(await onNode(node, 'give-up')).toEqual([
      1,
      'ctdb-hook: give-up: no plugin, expected ctdb-hook give-up NN.name ...',
    ]);
    expect(await onNode(node, 'give-up', '61.p')).toEqual([
      1,
      `ctdb-hook: give-up: "61.p", expected a plugin of ${join(node.base, 'events/legacy')}`,
    ]);
    expect(await onNode(node, 'give-up', '60.p')).toEqual([
      1,
      'ctdb-hook: no version of 60.p is kept, expected one that loaded before',
    ]);
  });
});
