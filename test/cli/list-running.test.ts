import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { packageVersion } from '../../core/package/package-version.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { type Reply, results } from '../../core/eventd-protocol/messages.ts';
import { aboutStatus } from '../../core/eventd-protocol/about.ts';
import { listen } from '../../core/eventd-protocol/server.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { hook, pluginText } from '../support/hook-node.ts';

const plugin = pluginText('monitor: () => healthy');

/** What `ctdb-hook list` says first on this node, and what it ends with. */
async function list(node: EventdNode, ...words: string[]) {
  const { exitCode, stdout } = await execa(hook, ['list', ...words], {
    env: { CTDB_TEST_MODE: '1', CTDB_BASE: node.base, CTDB_TEST_HELPER_BINDIR: '/nonexistent' },
    reject: false,
    stdin: 'ignore',
    timeout: 30_000,
  });
  return { status: exitCode, first: stdout.split('\n')[0] };
}

/** Something that answers on this node's socket in the place of an event daemon. */
async function answer(node: EventdNode, reply: Reply): Promise<void> {
  const server = await listen({
    path: node.socket,
    handle: () => Promise.resolve(reply),
    report: () => undefined,
  });
  onTestFinished(() => server.close());
}

const stock = { command: 'STATUS', result: results.missing, status: null } as const;
const stockLine =
  'Event daemon: CTDB’s own: it runs scripts, and plugins only through a link NN.name.script to ctdb-hook';

test('list says that our event daemon runs, its version, process and since when, and ends with 0', async () => {
  const node = new EventdNode();
  const { pid } = await node.start();
  const { first, status } = await list(node);
  expect(first).toMatch(/^Event daemon: ctdb-hook \S+, process \d+, since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(first).toContain(`ctdb-hook ${packageVersion()}, process ${pid},`);
  expect(status).toBe(0);
});

test('list says that CTDB’s own runs, and ends with 2 if an enabled plugin waits for ours', async () => {
  const node = new EventdNode();
  node.plugin('60.x', plugin);
  await answer(node, stock);
  expect(await list(node)).toEqual({ first: stockLine, status: 2 });
});

test('list ends with 0 under CTDB’s own if every plugin has its link', async () => {
  const node = new EventdNode();
  node.plugin('60.x', plugin);
  symlinkSync(hook, join(node.events, '60.x.script'));
  await answer(node, stock);
  expect(await list(node)).toEqual({ first: stockLine, status: 0 });
});

test('list says that a restart is due where another version or build runs, and ends with 2', async () => {
  const about = { version: packageVersion(), build: 'before', pid: 7, root: packageRoot, since: new Date(0) };
  const lines = await Promise.all(
    [about, { ...about, version: '0.0.9' }, { ...about, root: '/opt/other' }].map(async (each) => {
      const node = new EventdNode();
      await answer(node, { command: 'STATUS', result: 0, status: aboutStatus(each) });
      return list(node);
    }),
  );
  const since = 'process 7, since 1970-01-01T00:00:00Z';
  expect(lines).toEqual([
    {
      first: `Event daemon: ctdb-hook ${about.version}, ${since}; another build of ${about.version} is installed since: restart ctdb`,
      status: 2,
    },
    {
      first: `Event daemon: ctdb-hook 0.0.9, ${since}; ${about.version} is installed since: restart ctdb`,
      status: 2,
    },
    {
      first: `Event daemon: ctdb-hook ${about.version}, ${since}, of /opt/other; this is ${packageRoot}`,
      status: 2,
    },
  ]);
});

test('list of another directory asks no event daemon', async () => {
  const node = new EventdNode();
  const { first, status } = await list(node, '--dir', new EventdNode().events);
  expect(first).toMatch(/events\/legacy \(convention legacy\)$/);
  expect(status).toBe(0);
});
