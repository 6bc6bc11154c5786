import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { historyIn } from '../history/history-records.ts';
import { plant } from '../support/temporary-directory.ts';

const directoryOf = (node: EventdNode): string => node.path('var/lib/ctdb-hook/history');
const script = { '50.a.script': { text: '#!/bin/sh\n[ "$1" != monitor ] || echo fine\n', mode: 0o755 } };

const runs = (node: EventdNode): string[] =>
  historyIn(directoryOf(node), { hasNotes: false }).map((record) =>
    record.kind === 'run' ? [record.event, ...record.argv].join(' ') : record.kind,
  );

test('the daemon keeps each run, what its entries said, and its own start and end', async () => {
  const node = new EventdNode(script);
  const daemon = await node.start();
  await daemon.run('monitor');
  await daemon.run('takeip', { args: 'eth0 10.0.0.1 24' });
  await daemon.end();
  const history = historyIn(directoryOf(node));
  expect(history.filter(({ kind }) => kind === 'run')).toEqual([
    expect.objectContaining({
      event: 'monitor',
      by: 'daemon',
      result: 0,
      entries: [expect.objectContaining({ name: '50.a', kind: 'script', result: 0, output: 'fine' })],
    }),
    expect.objectContaining({ event: 'takeip', argv: ['eth0', '10.0.0.1', '24'] }),
  ]);
  const notes = history.flatMap((record) => (record.kind === 'note' ? record.message : []));
  expect(notes[0]).toMatch(/^daemon started, pid=\d+$/);
  expect(notes[1]).toMatch(/^ctdb-hook 0\.1\.0, build \S+, from \//);
  expect(notes.at(-1)).toBe('Shutting down');
});

test('a run that waited says how long', async () => {
  const node = new EventdNode({ '50.a.script': { text: '#!/bin/sh\nsleep 0.3\n', mode: 0o755 } });
  const daemon = await node.start();
  await Promise.all([
    daemon.run('takeip', { args: 'eth0 10.0.0.1 24' }),
    daemon.run('takeip', { args: 'eth0 10.0.0.2 24' }),
  ]);
  await vi.waitUntil(() => runs(node).length === 2, patienceMs);
  const waited = historyIn(directoryOf(node), { hasNotes: false }).map((record) =>
    record.kind === 'run' ? record.waitedMs : Number.NaN,
  );
  expect(waited[0]).toBeLessThan(300);
  expect(waited[1]).toBeGreaterThanOrEqual(300);
});

test('a daemon that is killed has kept all runs but its last', async () => {
  const node = new EventdNode(script);
  const daemon = await node.start();
  await daemon.run('setup');
  await vi.waitUntil(() => runs(node).length === 1, patienceMs);
  await daemon.run('startup');
  daemon.process.child.kill('SIGKILL');
  await daemon.process.exited;
  await (await node.start()).run('recovered');
  await vi.waitUntil(() => runs(node).includes('recovered'), patienceMs);
  expect(runs(node).filter((event) => event !== 'startup')).toEqual(['setup', 'recovered']);
});

test('where it cannot be kept there is one warning, and events go on', async () => {
  const node = new EventdNode(script);
  mkdirSync(dirname(directoryOf(node)), { recursive: true, mode: 0o700 });
  writeFileSync(directoryOf(node), '');
  const daemon = await node.start();
  for (const event of ['setup', 'startup', 'monitor']) expect(await daemon.run(event)).toBe(0);
  const warnings = (await daemon.log()).split('\n').filter((line) => line.includes('is not kept'));
  expect(warnings).toEqual([
    expect.stringContaining(`WARNING: the history in ${directoryOf(node)} is not kept: EEXIST`),
  ]);
});

test('CTDB_HOOK_HISTORY_MIB=0 keeps none', async () => {
  const node = new EventdNode(script);
  const daemon = await node.start({ environment: { CTDB_HOOK_HISTORY_MIB: '0' } });
  await daemon.run('setup');
  await daemon.end();
  expect(existsSync(directoryOf(node))).toBe(false);
});

/** What the daemon noted of runs that went on. */
const openOf = (node: EventdNode) =>
  historyIn(directoryOf(node)).flatMap((record) =>
    record.kind === 'note' && record.open !== undefined ? record.open : [],
  );

test('of an event that a kill cuts short the history has the entry that it was at', async () => {
  const node = new EventdNode({
    '40.a.script': { text: '#!/bin/sh\n', mode: 0o755 },
    '50.b.script': { text: '#!/bin/sh\nexec sleep 60\n', mode: 0o755 },
  });
  const daemon = await node.start();
  void daemon.run('takeip', { args: 'eth0 10.0.0.1 24' }).catch(() => undefined);
  await vi.waitUntil(() => openOf(node).length > 0, patienceMs);
  daemon.process.child.kill('SIGKILL');
  await daemon.process.exited;
  expect(openOf(node)).toEqual([
    {
      event: 'takeip',
      argv: ['eth0', '10.0.0.1', '24'],
      beginMs: expect.any(Number) as number,
      waitedMs: expect.any(Number) as number,
      entry: '50.b',
      afterMs: expect.any(Number) as number,
    },
  ]);
  expect(runs(node)).toEqual([]);
});

test('an event that goes on is noted again at each entry that it comes to, and an event that has ended is not', async () => {
  const slow = { text: '#!/bin/sh\nsleep 0.7\n', mode: 0o755 };
  const node = new EventdNode({ '40.a.script': slow, '50.b.script': slow });
  const daemon = await node.start();
  await daemon.run('setup');
  await daemon.end();
  expect(openOf(node).map(({ entry }) => entry)).toEqual(['40.a', '50.b']);
  expect(runs(node)).toEqual(['setup']);
});

test('options that changed are noted by name and place, without their values', async () => {
  const node = new EventdNode();
  node.plugin(
    '60.web',
    `import { definePlugin, healthy, option } from 'ctdb-hook';
import { z } from 'zod';
export default definePlugin({
  options: z.object({ WEB_PORT: option.text('80'), WEB_SECRET: option.text('') }),
  monitor: () => healthy,
});`,
  );
  const daemon = await node.start();
  const withOptions = async (text: string): Promise<void> => {
    plant(node.events, { '60.web.options': text });
    expect(await daemon.run('monitor')).toBe(0);
  };
  await withOptions('WEB_PORT=80\nOTHER=1\n');
  await withOptions('OTHER=2\nWEB_PORT=81\nWEB_SECRET=hush\n');
  await withOptions('OTHER=2\nWEB_PORT=81\n');
  await daemon.end();
  const notes = historyIn(directoryOf(node)).flatMap((record) => (record.kind === 'note' ? record : []));
  const file = node.path('events/legacy/60.web.options');
  expect(
    notes.filter(({ message }) => message.includes('options')).map(({ level, message }) => [level, message]),
  ).toEqual([
    ['NOTICE', `60.web has other options now: WEB_PORT changed (${file}:2), WEB_SECRET is set (${file}:3)`],
    ['NOTICE', '60.web has other options now: WEB_SECRET is no longer set'],
  ]);
  expect(readFileSync(join(directoryOf(node), 'runs-000001'), 'utf8')).not.toContain('hush');
});

test('hosts that start are noted, and why they end', async () => {
  const node = new EventdNode();
  node.plugin(
    '60.web',
    "import { definePlugin } from 'ctdb-hook';\nexport default definePlugin({ setup() {} });",
  );
  const daemon = await node.start();
  await daemon.run('setup');
  await daemon.end();
  const notes = historyIn(directoryOf(node)).flatMap((record) =>
    record.kind === 'note' ? record.message : [],
  );
  expect(notes.filter((each) => /^plugin host \d+ has started$/.test(each)).length).toBeGreaterThan(0);
  expect(
    notes.filter((each) => /^plugin host \d+ is killed: the event daemon ends$/.test(each)).length,
  ).toBeGreaterThan(0);
});
