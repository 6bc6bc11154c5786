import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { EventdNode } from '../support/eventd-node.ts';
import { plant } from '../support/temporary-directory.ts';

const plugin = 'import { definePlugin } from "ctdb-hook";\nexport default definePlugin({ init() {} });\n';
const script = {
  '60.b.ts': { text: plugin, mode: 0o755 },
  '50.a.script': { text: '#!/bin/sh\n[ "$1" != monitor ]\n', mode: 0o755 },
};

/** What the socket answers. */
async function ask(socketPath: string, method = 'GET') {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof answered>>>();
  const answered = async (response: import('node:http').IncomingMessage) => ({
    status: response.statusCode,
    type: response.headers['content-type'],
    body: await text(response),
  });
  request({ socketPath, method, path: '/metrics' }, (response) => {
    answered(response).then(resolve, reject);
  })
    .on('error', reject)
    .end();
  return promise;
}

test('the daemon publishes its metrics in a file that all may read, and on a socket that is root’s, until it ends', async () => {
  const node = new EventdNode(script);
  const [file, socket] = [node.path('hook.prom'), node.path('metrics.socket')];
  const daemon = await node.start({
    environment: { CTDB_HOOK_METRICS_FILE: file, CTDB_HOOK_METRICS_SOCKET: socket },
  });
  await daemon.run('startup');
  await daemon.run('monitor');
  const { status, type, body } = await ask(socket);
  expect([status, type]).toEqual([200, 'application/openmetrics-text; version=1.0.0; charset=utf-8']);
  expect(body).toContain('ctdb_hook_runs_total{event="startup",result="ok"} 1\n');
  expect(body).toContain('ctdb_hook_monitor_healthy 0\n');
  expect(body).toMatch(/^ctdb_hook_memory_bytes [1-9]/m);
  expect(body).toMatch(/^ctdb_hook_history_bytes [1-9]/m);
  expect(body).toMatch(/^ctdb_hook_plugin_host_starts_total [12]$/m);
  expect((await ask(socket, 'POST')).status).toBe(405);
  await expect.poll(() => existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain(
    'ctdb_hook_entry_runs_total{event="monitor",entry="50.a",result="failed"} 1\n',
  );
  expect([file, socket].map((path) => statSync(path).mode & 0o777)).toEqual([0o644, 0o600]);
  await daemon.end();
  expect([file, socket].map((path) => existsSync(path))).toEqual([false, false]);
});

test('a socket that a killed daemon has left is replaced, and what else stands there is not', async () => {
  const node = new EventdNode(script);
  const socket = node.path('metrics.socket');
  const environment = { CTDB_HOOK_METRICS_SOCKET: socket };
  const killed = await node.start({ environment });
  killed.process.child.kill('SIGKILL');
  await killed.process.exited;
  const next = await node.start({ environment });
  await next.run('monitor');
  expect((await ask(socket)).body).toContain('ctdb_hook_monitor_healthy 0\n');
  await next.end();
  plant(node.base, { 'metrics.socket': 'mine' });
  const last = await node.start({ environment });
  await expect
    .poll(() => last.log())
    .toContain(`${socket}: metrics cannot be had there: something else than a socket`);
  expect(await last.run('startup')).toBe(0);
  expect(readFileSync(socket, 'utf8')).toBe('mine');
});

test('a file that cannot be written fails no event, and the log says so once', async () => {
  const node = new EventdNode(script);
  const file = node.path('nowhere/hook.prom');
  const daemon = await node.start({ environment: { CTDB_HOOK_METRICS_FILE: file } });
  expect(await daemon.run('startup')).toBe(0);
  await expect.poll(() => daemon.log()).toContain(`${file}: the metrics cannot be written: ENOENT`);
  expect(await daemon.run('startup')).toBe(0);
  expect((await daemon.log()).match(/cannot be written/g)).toHaveLength(1);
});

test('a link in the place of the file is replaced, and what it leads to is left alone', async () => {
  const node = new EventdNode(script);
  plant(node.base, { other: 'mine' });
  symlinkSync(node.path('other'), node.path('hook.prom'));
  const daemon = await node.start({ environment: { CTDB_HOOK_METRICS_FILE: node.path('hook.prom') } });
  await daemon.run('startup');
  await expect.poll(() => node.read('hook.prom')).toContain('ctdb_hook_runs_total');
  expect(node.read('other')).toBe('mine');
});

test('a directory in the place of the file costs no event, and the daemon ends as ever', async () => {
  const node = new EventdNode(script);
  mkdirSync(node.path('hook.prom'));
  const daemon = await node.start({ environment: { CTDB_HOOK_METRICS_FILE: node.path('hook.prom') } });
  expect(await daemon.run('startup')).toBe(0);
  await expect.poll(() => daemon.log()).toContain('hook.prom: the metrics cannot be written: ');
  daemon.process.child.kill('SIGTERM');
  expect(await daemon.process.exited).toBe(0);
  expect(existsSync(node.path('hook.prom'))).toBe(true);
});
