import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { EventdNode } from '../support/eventd-node.ts';
import { pluginText } from '../support/hook-node.ts';
import { ctdb } from '../support/installed-ctdb.ts';
import { startStockEventd } from '../support/stock-eventd.ts';
import { script } from '../support/temporary-directory.ts';

/* Our event daemon beside that of Debian's ctdb, and asked by its `ctdb-event`, all in CTDB's test mode. */

const { helperDir: programs } = ctdb;

/** What Debian's ctdb-event says to these words, and its exit status. */
async function ctdbEvent(base: string, ...words: readonly string[]) {
  const env = { PATH: process.env['PATH'], TZ: 'UTC', CTDB_TEST_MODE: '1', CTDB_BASE: base };
  const child = spawn(`${programs}/ctdb-event`, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [status] = (await once(child, 'close')) as [number];
  return { status, said };
}

test("our daemon is refused beside CTDB's own, which goes on", async () => {
  const node = new EventdNode();
  const stock = await startStockEventd('', { '10.a.script': script('exit 0') });
  const pid = readFileSync(`${stock.base}/run/eventd.pid`, 'utf8');
  const ours = node.spawn({ environment: { CTDB_BASE: stock.base } });
  expect(await ours.exited).toBe(1);
  expect(ours.said).toBe(
    `ctdb-eventd: ${stock.base}/run/eventd.socket: another event daemon answers there\n`,
  );
  execFileSync('rm', [`${stock.base}/run/eventd.socket`]);
  const again = node.spawn({ environment: { CTDB_BASE: stock.base } });
  expect(await again.exited).toBe(1);
  expect(again.said).toContain(`${stock.base}/run/eventd.pid: is locked by process ${pid.trim()}`);
  expect(readFileSync(`${stock.base}/run/eventd.pid`, 'utf8')).toBe(pid);
  process.kill(Number(pid), 0);
});

test("CTDB's own daemon is refused beside ours, which goes on", async () => {
  const node = new EventdNode({ '10.a.script': script('exit 0') });
  const ours = await node.start();
  const env = { PATH: process.env['PATH'], CTDB_TEST_MODE: '1', CTDB_BASE: node.base };
  const stock = spawn(`${programs}/ctdb-eventd`, { env, stdio: 'ignore' });
  onTestFinished(() => {
    stock.kill('SIGKILL');
  });
  const [status] = (await once(stock, 'exit')) as [number];
  expect(status).not.toBe(0);
  expect(readFileSync(node.pidFile, 'utf8')).toBe(`${ours.pid}\n`);
  // It removes the socket before it gives up; those who are connected already, as ctdbd is, notice nothing.
  expect(await ours.run('startup')).toBe(0);
  await expect.poll(() => node.log()).toContain('eventd.socket was removed by somebody: it is there again');
  expect(await ctdbEvent(node.base, 'run', '10', 'legacy', 'startup')).toMatchObject({ status: 0 });
});

test("CTDB's ctdb-event runs events of ours and shows plugins and scripts alike", async () => {
  const node = new EventdNode({
    '10.shell.script': script('echo from the shell'),
    '30.off.script': { text: '#!/bin/sh\n', mode: 0o644 },
  });
  node.plugin('20.p', pluginText(`monitor() { return unhealthy('the plugin is unwell'); }, startup() {}`));
  await node.start();
  expect(await ctdbEvent(node.base, 'run', '10', 'legacy', 'startup')).toMatchObject({ status: 0 });
  expect((await ctdbEvent(node.base, 'run', '10', 'legacy', 'monitor')).status).not.toBe(0);
  const { said, status } = await ctdbEvent(node.base, 'status', 'legacy', 'monitor');
  expect(status).toBe(1);
  expect(said).toMatch(/^10\.shell +OK .*\n20\.p +ERROR .*\n  OUTPUT: the plugin is unwell\n\n$/);
  const startup = await ctdbEvent(node.base, 'status', 'legacy', 'startup');
  expect(startup.said).toMatch(/^10\.shell +OK .*\n20\.p +OK .*\n30\.off +DISABLED *\n$/);
  expect((await ctdbEvent(node.base, 'status', 'legacy', 'never')).said).toContain(
    'Event never has never run',
  );
});
