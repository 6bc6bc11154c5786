import { copyFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { hook } from '../support/hook-node.ts';
import { nodeWithoutDpkg } from '../support/switch-node.ts';
import { plant, script } from '../support/temporary-directory.ts';

test('before a start of ctdbd the switch is made again, and the directory in which ctdbd listens', async () => {
  const node = nodeWithoutDpkg();
  await node.hook('switch', 'on');
  rmSync(node.eventd);
  plant(node.base, { 'helpers/ctdb-eventd': script('echo newer') });
  const socket = `CTDB_SOCKET=${node.base}/run/ctdb/ctdbd.socket`;
  const beforeStart = () => node.call('/usr/bin/env', socket, hook, 'before-start');
  expect(await beforeStart()).toMatchObject({
    status: 0,
    output: `Make BASE/run/ctdb, in which ctdbd listens
Keep CTDB’s own event daemon as BASE/helpers/ctdb-eventd.stock, in place of an older one
Put a starter of ${packageRoot}/bin/ctdb-eventd at BASE/helpers/ctdb-eventd
Check that BASE/helpers/ctdb-eventd starts
`,
  });
  expect(statSync(join(node.base, 'run/ctdb')).mode & 0o7777).toBe(0o755);
  expect((await node.call(node.eventd, '--help')).output).toContain('Usage: ctdb-eventd');
  expect((await beforeStart()).output).toBe('Check that BASE/helpers/ctdb-eventd starts\n');
});

test('a copy of CTDB’s own in its place is none that is newer: nothing is kept anew, and off gives the copy', async () => {
  const node = nodeWithoutDpkg();
  await node.hook('switch', 'on');
  const kept = node.at('helpers/ctdb-eventd.stock');
  copyFileSync(`${node.eventd}.stock`, node.eventd);
  expect((await node.hook('before-start')).output).toBe(
    `Put a starter of ${packageRoot}/bin/ctdb-eventd at BASE/helpers/ctdb-eventd, where a copy of BASE/helpers/ctdb-eventd.stock is
Check that BASE/helpers/ctdb-eventd starts
`,
  );
  expect(node.at('helpers/ctdb-eventd.stock')).toBe(kept);
  copyFileSync(`${node.eventd}.stock`, node.eventd);
  const copy = node.at('helpers/ctdb-eventd');
  expect((await node.hook('switch', 'off')).output).toMatch(/^Remove BASE\/helpers\/ctdb-eventd\.stock: /);
  expect(node.at('helpers/ctdb-eventd')).toBe(copy);
});

test('the directory in which ctdbd listens is made though the switch cannot be', async () => {
  const node = nodeWithoutDpkg();
  rmSync(node.eventd);
  const socket = `CTDB_SOCKET=${node.base}/run/ctdb/ctdbd.socket`;
  expect(await node.call('/usr/bin/env', socket, hook, 'before-start')).toMatchObject({
    status: 1,
    output: expect.stringMatching(
      /^Make BASE\/run\/ctdb, in which ctdbd listens\nctdb-hook: there is no BASE\/helpers\/ctdb-eventd/,
    ) as string,
  });
  expect(readdirSync(join(node.base, 'run'))).toContain('ctdb');
});
