import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';

const text = readFileSync(join(packageRoot, 'CONTRIBUTING.md'), 'utf8');

/** The command of CONTRIBUTING.md that begins so. @throws Error if there is not exactly one. */
function command(beginning: string): string {
  const found = [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const [only, ...more] = found.filter((code) => code.startsWith(beginning));
  if (only === undefined || more.length > 0)
    throw new Error(`CONTRIBUTING.md has not one command that begins with "${beginning}"`);
  return only;
}

test('CONTRIBUTING’s daemon in a directory of its own takes an event by hand, and its ledger can be read', async () => {
  const node = new HookNode();
  node.configure('public_addresses', '127.0.0.1/8 lo\n');
  node.configure('ctdb.conf', `[logging]\n\tlocation = file:${node.base}/log\n`);
  const members = `
    ipreallocated() {},
    monitor(_event, { log }) { log('seen'); return unhealthy('as asked'); },`;
  node.plugin('70.x', pluginText(members));

  const start = command('CTDB_TEST_MODE=1 CTDB_BASE=').replace('/tmp/node', node.base);
  const [environment = ''] = start.split(' bin/');
  const daemon = spawn('sh', ['-c', `exec env ${start}`], { cwd: packageRoot, stdio: 'ignore' });
  const ended = once(daemon, 'exit');
  onTestFinished(async () => {
    daemon.kill();
    await ended;
  });
  await expect.poll(() => existsSync(join(node.base, 'run/eventd.socket'))).toBe(true);

  const raise = command('/usr/libexec/ctdb/ctdb-event run');
  const ask = (words: string) => execa('sh', ['-c', `${environment} ${words}`], { reject: false });
  expect((await ask(raise)).exitCode).toBe(constants.errno.ENOEXEC); // CTDB's word for an entry that failed
  expect((await ask(raise.replace(/run .*/, 'status legacy monitor'))).stdout).toMatch(
    /^70\.x +ERROR .*\n {2}OUTPUT: seen\nas asked\n$/,
  );
  expect((await ask(raise.replace('monitor', 'ipreallocated'))).exitCode).toBe(0);

  const [, ledger = '', query = ''] = /^sqlite3 (\S+) '(.*)'$/.exec(command('sqlite3 ')) ?? [];
  const database = new DatabaseSync(join(node.base, ledger.replace('/run/', 'run/')), {
    readOnly: true,
  });
  expect(database.prepare(query).all()).toMatchObject([{ ip: '127.0.0.1' }]);
  database.close();
});
