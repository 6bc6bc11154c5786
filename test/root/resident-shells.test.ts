import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { hook } from '../support/hook-node.ts';
import { ResidentNode } from '../resident/resident-node.ts';

/** What systems have as /bin/sh; ksh93 and yash were tried by hand. */
const shells = ['dash', 'bash', 'busybox', 'mksh'];

const plugin = `async monitor(_event, ctx) {
    ctx.log('process ' + process.pid);
    process.stderr.write('to stderr\\n');
    return healthy;
  },
  takeip() { throw new Failure('no'); }, releaseip() {}, ipreallocated() {},
  async startup(_event, ctx) { await ctx.run(['sh', '-c', 'echo $$ > $CTDB_BASE/begun; sleep 60']); },
  recovered() { process.kill(process.pid, 'SIGKILL'); }`;

/** Has a shell run the launcher, as the kernel has the one that is /bin/sh. */
function start(node: ResidentNode, shell: string, program: string, ...words: string[]) {
  const child = spawn(shell, [program, ...words], {
    argv0: 'sh',
    detached: true,
    env: { ...process.env, ...node.variables() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const ended = said.then(([stdout, stderr, [status, signal]]) => ({
    status: (status ?? signal) as number | string,
    stdout,
    stderr,
  }));
  return { pid: child.pid ?? 0, ended };
}

test.each(shells)('%s hands events over to the host, and answers what it answers', async (shell) => {
  const node = new ResidentNode();
  node.plugin('60.web', plugin);
  const link = join(node.node.events, '60.web.script');
  const call = async (...words: string[]) => start(node, shell, link, ...words).ended;
  expect(await call('monitor')).toMatchObject({ status: 0 });
  const host = await node.isReady();
  expect(await call('monitor')).toEqual({ status: 0, stdout: `process ${host}\nto stderr\n`, stderr: '' });
  await node.isReady();
  expect(await call('takeip', 'eth0', '10.0.0.1', '24')).toEqual({ status: 1, stdout: 'no\n', stderr: '' });
  await node.isReady();
  expect(await call('setup')).toEqual({ status: 0, stdout: '', stderr: '' });
  const run = await start(node, shell, hook, 'run', 'monitor', '--dir', node.node.events).ended;
  expect(run).toEqual({ status: 0, stdout: `process ${host}\nto stderr\n`, stderr: '' });
  await node.isReady();
  const ended = '60.web.script ended unexpectedly, with its resident host';
  expect(await call('recovered')).toEqual({ status: 1, stdout: `ERROR: ${ended}\n`, stderr: '' });
  expect(await call('monitor')).toMatchObject({ status: 0 });
});

test.each(shells)('an event of %s is cancelled with it', async (shell) => {
  const node = new ResidentNode();
  node.plugin('60.web', plugin);
  const link = join(node.node.events, '60.web.script');
  await start(node, shell, link, 'monitor').ended;
  const host = await node.isReady();
  const slow = start(node, shell, link, 'startup');
  await expect.poll(() => node.read('begun')).not.toBe('');
  const other = await start(node, shell, link, 'monitor').ended; // The host is busy.
  expect(other).toMatchObject({ status: 0, stderr: '' });
  expect(other.stdout).not.toContain(`process ${host}\n`);
  process.kill(-slow.pid, 'SIGKILL');
  await slow.ended;
  await expect.poll(() => isRunning(Number(node.read('begun')))).toBe(false);
  expect(await node.isReady()).toBe(host);
  process.kill(host, 'SIGSTOP');
  expect(await start(node, shell, link, 'monitor').ended).toMatchObject({ status: 0, stderr: '' });
  await expect.poll(() => isRunning(host)).toBe(false);
  expect(existsSync(node.place.lock)).toBe(false);
});
