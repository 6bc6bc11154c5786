import { once } from 'node:events';
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keepSocket } from '../../core/daemon/keep-socket.ts';
import { listen } from '../../core/eventd-protocol/server.ts';
import { EventdNode, patienceMs } from '../support/eventd-node.ts';
import { script, temporaryDirectory } from '../support/temporary-directory.ts';

describe('the socket', () => {
  test('is there again when somebody has removed it, and who was connected notices nothing', async () => {
    const node = new EventdNode({ '10.a.script': script('exit 0') });
    const daemon = await node.start();
    rmSync(node.socket);
    expect(await daemon.run('startup')).toBe(0);
    const again = await node.connect();
    expect((await again.status({ component: 'legacy', event: 'startup' }, patienceMs)).result).toBe(0);
    expect(statSync(node.socket).mode & 0o7777).toBe(0o700);
    expect(await daemon.run('startup')).toBe(0);
    await expect.poll(() => node.log().match(/eventd\.socket was removed by somebody/g)).toHaveLength(1);
    expect(await daemon.end()).toBe(0);
    expect(existsSync(node.socket)).toBe(false);
  });

  test('is there again when nobody listens on what somebody has put in its place', async () => {
    const node = new EventdNode({ '10.a.script': script('exit 0') });
    await node.start();
    writeFileSync(`${node.socket}.file`, '');
    renameSync(`${node.socket}.file`, node.socket);
    await node.connect();
    await expect
      .poll(() => node.log())
      .toContain('eventd.socket was replaced by somebody: it is there again');
  });

  test('is there again although somebody goes on changing what is in its place', async () => {
    const node = new EventdNode({ '10.a.script': script('exit 0') });
    await node.start();
    const changing = setInterval(() => {
      if (statSync(node.socket, { throwIfNoEntry: false })?.isSocket() === true) return;
      writeFileSync(node.socket, '');
      rmSync(node.socket);
    }, 30);
    onTestFinished(() => {
      clearInterval(changing);
    });
    rmSync(node.socket);
    await expect.poll(() => node.log()).toContain('by somebody: it is there again');
  });

  test.each([
    ['removed', () => undefined],
    [
      'replaced',
      (path: string) => {
        writeFileSync(path, '');
      },
    ],
  ])('is there again when somebody has %s it before it was watched', async (_what, replace) => {
    const path = join(temporaryDirectory(), 'eventd.socket');
    const reports: string[] = [];
    const report = (message: string): void => void reports.push(message);
    const server = await listen({ path, handle: () => Promise.reject(new Error('nobody asks')), report });
    onTestFinished(() => server.close());
    rmSync(path);
    replace(path);
    using _kept = keepSocket({
      path,
      inode: () => server.inode,
      listenAgain: () => server.listenAgain(),
      isUnneeded: () => false,
      report,
    });
    await expect.poll(() => reports).toHaveLength(1);
    expect(reports[0]).toContain('by somebody: it is there again');
    expect(statSync(path).isSocket()).toBe(true);
  });

  test('of another daemon in its place is left alone, which is said once', async () => {
    const node = new EventdNode({ '10.a.script': script('exit 0') });
    const daemon = await node.start();
    const other = createServer().listen(`${node.socket}.other`);
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const inode = statSync(`${node.socket}.other`).ino;
    let clients = 0;
    other.on('connection', (socket) => {
      clients += 1;
      socket.destroy();
    });
    renameSync(`${node.socket}.other`, node.socket);
    await expect.poll(() => clients).toBeGreaterThan(1);
    expect(statSync(node.socket).ino).toBe(inode);
    expect((await daemon.log()).match(/another event daemon listens there/g)).toHaveLength(1);
    expect(await daemon.run('startup')).toBe(0);
  });

  test('whose directory is gone is there again when that is', async () => {
    const node = new EventdNode({ '10.a.script': script('exit 0') });
    const daemon = await node.start();
    renameSync(node.path('run'), node.path('moved'));
    await expect
      .poll(() => node.log())
      .toContain('eventd.socket was removed by somebody, and cannot be made again');
    expect(await daemon.run('startup')).toBe(0);
    renameSync(node.path('moved'), node.path('run'));
    await node.connect();
  });
});
