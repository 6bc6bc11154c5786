import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test, vi } from 'vitest';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { historyIn } from '../history/history-records.ts';

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
