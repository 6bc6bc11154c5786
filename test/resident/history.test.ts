import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { patienceMs } from '../support/eventd-node.ts';
import { isRunning } from '../support/is-running.ts';
import { historyIn } from '../history/history-records.ts';
import { ResidentNode } from './resident-node.ts';

const members = `
  monitor(_event, ctx) { ctx.log('looked'); return healthy; },
  recovered() { throw new Failure('no'); },
  shutdown() {},`;

/** What the history of a node has, in short. */
const kept = (node: ResidentNode): string[] =>
  historyIn(join(node.node.base, 'var/lib/ctdb-hook/history'), { hasNotes: false }).map((record) =>
    record.kind === 'run'
      ? [
          ...[record.by, record.event, ...record.argv, record.result],
          ...record.entries.map(({ name, kind, output }) => `${name} ${kind}: ${output ?? ''}`),
        ].join(' ')
      : record.kind,
  );

test('links and ctdb-hook run keep what they run, by themselves and in the resident host, up to its last event', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', members);
  const host = await node.withHost('60.web');
  expect(kept(node)).toEqual(['link monitor 0 60.web plugin: looked']);
  await node.call('60.web', 'recovered');
  await node.isReady();
  await node.run(['monitor']);
  await node.isReady();
  await node.call('60.web', 'shutdown');
  await vi.waitUntil(() => !isRunning(host), patienceMs);
  expect(kept(node)).toEqual([
    'link monitor 0 60.web plugin: looked',
    'link recovered 1 60.web plugin: no',
    'run monitor 0 60.web plugin: looked',
    'link shutdown 0 60.web plugin: ',
  ]);
});

test('a resident host says in the history that it has started, and why it ends', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', members);
  const host = await node.withHost('60.web');
  await node.call('60.web', 'shutdown');
  await vi.waitUntil(() => !isRunning(host), patienceMs);
  const notes = historyIn(join(node.node.base, 'var/lib/ctdb-hook/history')).flatMap((record) =>
    record.kind === 'note' ? record.message.replace(/ of \S+/, '') : [],
  );
  expect(notes).toEqual([`resident host ${host} has started`, `resident host ${host} ends: shutdown`]);
});
