import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EventdNode, eventd, patienceMs } from '../support/eventd-node.ts';
import { isRunning } from '../support/is-running.ts';
import { pluginText } from '../support/hook-node.ts';
import { script } from '../support/temporary-directory.ts';
import { heard } from './heard.ts';

describe('the start', () => {
  test.each([3, 7, 21])('is told by four zero bytes at descriptor %i, once it listens', async (startupFd) => {
    const node = new EventdNode({ '10.look.script': script('ls -l /proc/self/fd') });
    const daemon = node.spawn({ startupFd });
    const told = heard(daemon.child.stdio[startupFd]);
    await expect.poll(() => told.bytes().length).toBeGreaterThan(0);
    const client = await node.connect();
    expect(told.bytes()).toEqual(Buffer.alloc(4));
    const run = { component: 'legacy', event: 'setup', args: null, timeoutS: 10, flags: 0 };
    expect(await client.run(run, patienceMs)).toBe(0);
    const { status } = await client.status({ component: 'legacy', event: 'setup' }, patienceMs);
    const open = status?.scripts[0]?.output.toString() ?? '';
    // The last is what ls reads the directory with.
    expect(open.match(/\d+ -> /g)?.sort()).toEqual(['0 -> ', '1 -> ', '2 -> ', '3 -> ']);
  });

  test.each([3, 21])('keeps descriptor %i open, which ends when the daemon is killed', async (startupFd) => {
    const node = new EventdNode({ '10.stay.script': script('sleep 300 & echo $!') });
    node.plugin('20.p', pluginText(`monitor() { return healthy; }`));
    const daemon = node.spawn({ startupFd });
    const told = heard(daemon.child.stdio[startupFd]);
    const client = await node.connect();
    const run = { component: 'legacy', event: 'monitor', args: null, timeoutS: 10, flags: 0 };
    expect(await client.run(run, patienceMs)).toBe(0);
    const { status } = await client.status({ component: 'legacy', event: 'monitor' }, patienceMs);
    const stayed = Number(status?.scripts[0]?.output.toString());
    onTestFinished(() => {
      process.kill(stayed, 'SIGKILL');
    });
    daemon.child.kill('SIGKILL');
    await told.ended;
    expect(isRunning(stayed)).toBe(true);
  });

  test('leaves a pid file and a socket for its owner only, and says where it listens', async () => {
    const node = new EventdNode();
    const daemon = await node.start();
    expect(readFileSync(node.pidFile, 'utf8')).toBe(`${daemon.pid}\n`);
    expect(statSync(node.socket).mode & 0o7777).toBe(0o700);
    await expect.poll(() => node.log()).toContain(`listening on ${node.socket}`);
  });

  test('removes what a dead daemon left', async () => {
    const node = new EventdNode();
    const first = await node.start();
    first.process.child.kill('SIGKILL');
    expect(await first.process.exited).toBe('SIGKILL');
    expect(existsSync(node.socket) && existsSync(node.pidFile)).toBe(true);
    const second = await node.start();
    expect(readFileSync(node.pidFile, 'utf8')).toBe(`${second.pid}\n`);
    expect(await second.run('startup')).toBe(0);
  });

  test('is refused beside another daemon, which goes on', async () => {
    const node = new EventdNode();
    const first = await node.start();
    const second = node.spawn();
    expect(await second.exited).toBe(1);
    expect(second.said).toBe(`ctdb-eventd: ${node.socket}: another event daemon answers there\n`);
    expect(readFileSync(node.pidFile, 'utf8')).toBe(`${first.pid}\n`);
    expect(await first.run('startup')).toBe(0);
    expect(
      await (await node.connect()).status({ component: 'legacy', event: 'startup' }, patienceMs),
    ).toMatchObject({ result: 0 });
  });

  test('is refused beside one whose socket was removed, which keeps its pid file', async () => {
    const node = new EventdNode();
    const first = await node.start();
    process.kill(first.process.pid, 'SIGSTOP'); // Or it listens again.
    renameSync(node.socket, `${node.socket}.away`);
    const second = node.spawn();
    expect(await second.exited).toBe(1);
    expect(second.said).toBe(
      `ctdb-eventd: ${node.pidFile}: is locked by process ${first.pid}, expected no other event daemon\n`,
    );
    expect(readFileSync(node.pidFile, 'utf8')).toBe(`${first.pid}\n`);
    expect(existsSync(node.socket)).toBe(false);
    process.kill(first.process.pid, 'SIGCONT');
  });

  test('is refused where somebody listens and accepts nothing', async () => {
    const node = new EventdNode();
    const server = createServer().listen(node.socket);
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const daemon = node.spawn();
    expect(await daemon.exited).toBe(1);
    expect(daemon.said).toContain('another event daemon answers there');
  });

  test.each([
    [['-P', 'x'], '--pid is "x", expected a whole number of at least 1'],
    [['-P', '0'], '--pid is "0", expected a whole number of at least 1'],
    [['-S', '-1'], "Option '-S' argument is ambiguous"],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['word'], "Unexpected argument 'word'"],
  ])('with %j is refused, with the usage', async (words, message) => {
    const node = new EventdNode();
    const daemon = node.spawn({ words });
    expect(await daemon.exited).toBe(1);
    expect(daemon.said).toContain(message);
    expect(daemon.said).toContain('Usage: ctdb-eventd');
    expect(existsSync(node.socket)).toBe(false);
  });

  test('with a descriptor that is not open says so, and leaves no files', async () => {
    const node = new EventdNode();
    const daemon = node.spawn({ words: ['-S', '57'] });
    expect(await daemon.exited).toBe(1);
    expect(daemon.said).toContain('--startup-fd');
    expect(existsSync(node.socket) || existsSync(node.pidFile)).toBe(false);
  });

  test("in CTDB's test mode without CTDB_BASE says what is missing", async () => {
    const node = new EventdNode();
    const daemon = node.spawn({ environment: { CTDB_BASE: '' } });
    expect(await daemon.exited).toBe(1);
    expect(daemon.said).toContain('CTDB_BASE not set in test mode');
  });

  test('with a broken ctdb.conf goes on, and says what is wrong in it', async () => {
    const node = new EventdNode({ '10.a.script': script('exit 0') });
    const daemon = await node.start({
      conf: '[event\n  nonsense = 1\n',
      environment: { CTDB_INTERACTIVE: '1' },
    });
    expect(await daemon.run('startup')).toBe(0);
    await expect.poll(() => daemon.process.said).toContain(node.path('ctdb.conf'));
  });

  test('says what is missing where there is no Node', () => {
    const node = new EventdNode();
    execFileSync('cp', ['-r', join(eventd, '..'), node.path('bin')]);
    execFileSync('mkdir', [node.path('dist')]);
    execFileSync('touch', [node.path('dist/eventd.js')]);
    const own = node.path('bin/ctdb-eventd');
    expect(() => execFileSync(own, { encoding: 'utf8', stdio: 'pipe' })).toThrow(
      `ctdb-eventd: no Node 24 below ${node.base}: install with its optional dependency`,
    );
  });
});

describe('the end', () => {
  test('by SIGTERM removes socket and pid file, ends what runs, and is a success', async () => {
    const node = new EventdNode({
      '10.hang.script': script('trap "" TERM; sleep 300 & echo $$ $! >$CTDB_BASE/pids; wait; sleep 300'),
    });
    node.plugin('05.p', pluginText(`monitor() { return healthy; }`));
    const daemon = await node.start();
    void daemon.run('setup', { timeoutS: 0 }).catch(() => undefined);
    await expect.poll(() => node.read('pids')).toMatch(/^\d+ \d+\n$/);
    const hosts = daemon.process.hosts();
    expect(hosts.length).toBeGreaterThan(0);
    expect(await daemon.end()).toBe(0);
    expect(existsSync(node.socket) || existsSync(node.pidFile)).toBe(false);
    const pids = [...node.read('pids').trim().split(' ').map(Number), ...hosts];
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
    expect(node.log()).toContain('Received signal 15');
  });

  test('by SIGINT is the same', async () => {
    const node = new EventdNode();
    const daemon = await node.start();
    daemon.process.child.kill('SIGINT');
    expect(await daemon.process.exited).toBe(0);
    expect(existsSync(node.socket) || existsSync(node.pidFile)).toBe(false);
  });

  test('comes by itself when the process given by -P is gone', async () => {
    const node = new EventdNode();
    const ctdbd = spawn('sleep', ['300']);
    onTestFinished(() => {
      ctdbd.kill('SIGKILL');
    });
    const daemon = await node.start({ words: ['-P', String(ctdbd.pid)] });
    ctdbd.kill('SIGKILL');
    expect(await daemon.process.exited).toBe(0);
    expect(node.log()).toContain(`PID ${ctdbd.pid ?? 0} gone away, exiting`);
    expect(existsSync(node.socket) || existsSync(node.pidFile)).toBe(false);
  });

  test('makes place for the event daemon of the next ctdbd, which removes the socket first, and waits for it', async () => {
    const node = new EventdNode();
    const [first, second] = [spawn('sleep', ['300']), spawn('sleep', ['300'])];
    onTestFinished(() => {
      for (const each of [first, second]) each.kill('SIGKILL');
    });
    const before = await node.start({ words: ['-P', String(first.pid)] });
    first.kill('SIGKILL');
    await once(first, 'exit');
    rmSync(node.socket);
    await node.start({ words: ['-P', String(second.pid)] });
    expect(await before.process.exited).toBe(0);
    expect(node.log()).toContain(`PID ${first.pid ?? 0} gone away, exiting`);
    expect(node.log()).not.toContain('by somebody');
    expect(existsSync(node.socket) && existsSync(node.pidFile)).toBe(true);
  });

  const spinning = `monitor() { for (;;); }`;
  const waiting = `async monitor() { await new Promise(() => setInterval(() => undefined, 1000)); return healthy; }`;
  test.each([
    ['waits', waiting],
    ['spins', spinning],
  ])('by SIGKILL leaves no host behind while a plugin %s', async (_what, members) => {
    const node = new EventdNode();
    node.plugin('60.p', pluginText(members));
    const daemon = await node.start();
    void daemon.run('monitor').catch(() => undefined);
    await expect.poll(() => daemon.process.hosts().length).toBe(2);
    const hosts = daemon.process.hosts();
    daemon.process.child.kill('SIGKILL');
    await expect.poll(() => hosts.filter(isRunning)).toEqual([]);
  });

  test('by SIGKILL leaves no host behind that was stopped, nor a command of its plugins', async () => {
    const node = new EventdNode();
    const command = ['sh', '-c', 'echo $$ $PPID >$CTDB_BASE/pids; exec sleep 300'];
    node.plugin(
      '60.p',
      pluginText(`async setup(_event, { act }) { await act(${JSON.stringify(command)}); }`),
    );
    const daemon = await node.start();
    void daemon.run('setup', { timeoutS: 0 }).catch(() => undefined);
    await expect.poll(() => node.read('pids')).toMatch(/^\d+ \d+\n$/);
    const [pid = 0, host = 0] = node.read('pids').trim().split(' ').map(Number);
    const pids = [...daemon.process.hosts(), pid];
    expect(pids).toContain(host);
    process.kill(host, 'SIGSTOP');
    daemon.process.child.kill('SIGKILL');
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  });

  test.each([
    ['waits for it', ''],
    ['spins', `while (!existsSync(file)); writeFileSync(file + '.spins', ''); for (;;);`],
  ])('by SIGKILL leaves no command of a plugin behind that %s', async (_what, more) => {
    const node = new EventdNode();
    node.plugin(
      '60.p',
      `import { existsSync, writeFileSync } from 'node:fs';
      import { definePlugin, healthy } from 'ctdb-hook';
      const file = process.env.CTDB_BASE + '/pid';
      export default definePlugin({
        async monitor(_event, { act }) {
          const command = act(['sh', '-c', 'echo $$ >$CTDB_BASE/pid.new; mv $CTDB_BASE/pid.new $CTDB_BASE/pid; exec sleep 300']);
          await new Promise((done) => setTimeout(done, 100));
          ${more}
          await command;
          return healthy;
        },
      });`,
    );
    const daemon = await node.start();
    void daemon.run('monitor').catch(() => undefined);
    await expect.poll(() => node.read('pid')).toMatch(/^\d+\n$/);
    if (more !== '') await expect.poll(() => existsSync(node.path('pid.spins'))).toBe(true);
    const pid = Number(node.read('pid'));
    onTestFinished(() => {
      if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    });
    daemon.process.child.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
  });
});

test('a run directory that is not there is made', async () => {
  const node = new EventdNode();
  rmSync(node.path('run'), { recursive: true });
  const { process: daemon } = await node.start();
  expect(readFileSync(node.pidFile, 'utf8')).toBe(`${daemon.pid}\n`);
});
