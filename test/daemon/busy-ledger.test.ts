import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';
import { script } from '../support/temporary-directory.ts';

/** Longer than a host may take to begin, and shorter than the ledger waits for a lock, in milliseconds. */
const lockedMs = 750;

test.each([
  ['a plugin comes first', '10.p'],
  ['a script comes first', '30.p'],
])('an event whose ledger is locked for a while waits, where %s', async (_where, name) => {
  const node = new EventdNode({ '20.a.script': script('exit 0') });
  node.plugin(
    name,
    pluginText("takeip: ({ ip }, ctx) => ctx.log('took ' + ip), releaseip() {}, ipreallocated() {}"),
  );
  const daemon = await node.start();
  await daemon.run('init');
  const [host] = daemon.process.hosts();
  const ledger = new DatabaseSync(join(node.base, 'run/ctdb-hook/ledger.sqlite'));
  onTestFinished(() => {
    ledger.close();
  });
  ledger.exec('BEGIN IMMEDIATE');
  const running = daemon.run('takeip', { args: 'lo 127.0.0.1 8' });
  await delay(lockedMs);
  ledger.exec('COMMIT');
  const result = await running;
  expect([result, await daemon.output('takeip')]).toEqual([results.ok, 'took 127.0.0.1\n']);
  expect(daemon.process.hosts()).toContain(host);
  expect(await daemon.log()).not.toMatch(/busy|ledger/);
});
