import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { packageVersion } from '../../core/package/package-version.ts';
import { aboutRequest, readAbout } from '../../core/eventd-protocol/about.ts';
import { type Reply, results } from '../../core/eventd-protocol/messages.ts';
import { listen } from '../../core/eventd-protocol/server.ts';
import { askRunning } from '../../core/switch/running.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = (): string => join(temporaryDirectory(), 'eventd.socket');

/** An event daemon that gives every question this answer. */
async function daemonAnswering(reply: Reply): Promise<string> {
  const socket = path();
  const server = await listen({
    path: socket,
    handle: () => Promise.resolve(reply),
    report: () => undefined,
  });
  onTestFinished(() => server.close());
  return socket;
}

/** Something else that listens. */
async function serverDoing(action: (socket: Socket) => void): Promise<string> {
  const socket = path();
  const server: Server = createServer((connection) => {
    connection.on('error', () => undefined);
    action(connection);
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return socket;
}

test('our event daemon says its version, build, process, folder and since when', async () => {
  const before = Date.now() - 1000;
  const node = new EventdNode();
  const { process } = await node.start();
  const running = await askRunning(node.socket);
  expect(running).toMatchObject({
    kind: 'ours',
    about: { version: packageVersion(), pid: process.pid, root: packageRoot },
  });
  const about = running.kind === 'ours' ? running.about : undefined;
  expect(about?.build).toMatch(/^[0-9a-f]{16}$/);
  expect(about?.since.getTime()).toBeGreaterThanOrEqual(before);
  expect(about?.since.getTime()).toBeLessThanOrEqual(Date.now());
});

test('to be asked starts nothing and leaves no trace, and a directory of that name changes nothing', async () => {
  const node = new EventdNode();
  const { client } = await node.start();
  const { result, status } = await client.status(aboutRequest, 5000);
  expect(result).toBe(0);
  expect(status && readAbout(status)?.version).toBe(packageVersion());
  const run = { ...aboutRequest, args: null, timeoutS: 5, flags: 0 };
  expect(await client.run(run, 5000)).toBe(results.missing);
  expect(await client.status({ component: 'ctdb-hook', event: 'monitor' }, 5000)).toEqual({
    result: results.missing,
    status: null,
  });
});

test.each([
  ['no such component', results.missing],
  ['an event that never ran, of a directory of that name', results.invalid],
])('who knows %s is CTDB’s own event daemon', async (_what, result) => {
  const socket = await daemonAnswering({ command: 'STATUS', result, status: null });
  expect(await askRunning(socket)).toEqual({ kind: 'stock' });
});

test('any other answer is told as it is', async () => {
  const socket = await daemonAnswering({ command: 'STATUS', result: 5, status: null });
  expect(await askRunning(socket)).toEqual({
    kind: 'unknown',
    why: `${socket} answered with result 5, expected 0, 2 or 22`,
  });
});

test('a status that is none of ours is no answer of ours', async () => {
  const status = { summary: 0, scripts: [] };
  const socket = await daemonAnswering({ command: 'STATUS', result: 0, status });
  expect(await askRunning(socket)).toMatchObject({ kind: 'unknown' });
});

test('none runs where there is no socket', async () => {
  const socket = path();
  expect(await askRunning(socket)).toEqual({ kind: 'none', why: `there is no ${socket}` });
});

test('none runs where a socket was left behind', async () => {
  const node = new EventdNode();
  const { process } = await node.start();
  process.child.kill('SIGKILL');
  await process.exited;
  expect(await askRunning(node.socket)).toEqual({ kind: 'none', why: `nobody listens on ${node.socket}` });
});

test('who does not answer is waited for no longer than said', async () => {
  const socket = await serverDoing(() => undefined);
  expect(await askRunning(socket, 50)).toEqual({
    kind: 'unknown',
    why: `No reply to STATUS from ${socket}: none came within 50 ms`,
  });
});

test('who answers nonsense, or hangs up, is not known', async () => {
  const nonsense = await serverDoing((connection) => connection.write(Buffer.alloc(64, 0xff)));
  expect(await askRunning(nonsense)).toMatchObject({ kind: 'unknown' });
  const gone = await serverDoing((connection) => connection.destroy());
  expect(await askRunning(gone)).toMatchObject({ kind: 'unknown' });
});
