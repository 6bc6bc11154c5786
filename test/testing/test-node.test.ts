import { definePlugin, Failure, healthy, option, unhealthy } from 'ctdb-hook';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { NotDeclared, testNode } from '../../core/testing/index.ts';
import iface from '../../plugins/10.interface/plugin.ts';

const web = definePlugin({
  options: z.object({ WEB_SERVICE: option.word('nginx'), WEB_CHECK: option.yesNo(true) }),

  async startup(_event, { service, options }) {
    const started = await service.start(options.WEB_SERVICE);
    if (!started.ok) throw new Failure(`Failed to start ${options.WEB_SERVICE}`);
  },

  async ipreallocated({ changes }, { service, options, state }) {
    if (!changes.any) return;
    state['reloads'] = Number(state['reloads'] ?? 0) + 1;
    const reloaded = await service.reload(options.WEB_SERVICE);
    if (!reloaded.ok) throw new Failure('Failed to reload');
  },

  async monitor(_event, { run, options }) {
    if (!options.WEB_CHECK) return healthy;
    const { ok } = await run(['pidof', options.WEB_SERVICE], { timeoutMs: 2000 });
    return ok ? healthy : unhealthy(`ERROR: ${options.WEB_SERVICE} is not running`);
  },
});

test('an address that is taken is told at ipreallocated, once', async () => {
  await using node = await testNode({ name: '70.web', plugin: web });
  node.services.define('nginx', { isRunning: true });
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  expect(node.addresses).toEqual(['10.0.0.1/24 eth0']);
  const told = await node.raise('ipreallocated');
  expect(told).toMatchObject({
    ok: true,
    acknowledged: true,
    did: ['service nginx reload'],
    changes: { taken: [{ iface: 'eth0', ip: '10.0.0.1', maskBits: 24 }], released: [] },
  });
  const again = await node.raise('ipreallocated');
  expect(again).toMatchObject({ ok: true, acknowledged: false, did: [], changes: { any: false } });
});

test('what failed is told again, together with what came later, also to another process', async () => {
  await using node = await testNode({ name: '70.web', plugin: web });
  node.services.define('nginx', { isRunning: true });
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  node.fail('service nginx reload', 'nginx.service: configuration is wrong');
  const failed = await node.raise('ipreallocated');
  expect(failed).toMatchObject({
    ok: false,
    status: 1,
    ended: 'failed',
    acknowledged: false,
    output: 'nginx.service: configuration is wrong\nFailed to reload\n',
  });
  await node.restart();
  await node.raise('takeip', 'eth0', '10.0.0.2', '24');
  const told = await node.raise('ipreallocated');
  expect(told.changes?.taken.map(({ ip }) => ip)).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(node.stateOf('70.web')).toEqual({ reloads: 2 });
});

test('a process that is killed acknowledges and remembers nothing, and its event fails', async () => {
  await using node = await testNode({ name: '70.web', plugin: web });
  node.services.define('nginx', { isRunning: true });
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  node.kill('service nginx reload');
  expect(await node.raise('ipreallocated')).toMatchObject({
    ok: false,
    ended: 'killed',
    acknowledged: false,
  });
  expect(node.stateOf('70.web')).toEqual({});
  expect(node.services.get('nginx').counts.reload).toBe(0);
  expect(await node.raise('ipreallocated')).toMatchObject({ ok: true, acknowledged: true });
});

test('what no test declares is refused, with what to type, and fails the test whatever the plugin makes of it', async () => {
  const careless = definePlugin({
    async monitor(_event, { run }) {
      await run(['pidof', "it's"]).catch(() => undefined);
      return healthy;
    },
    async startup(_event, { service }) {
      await service.start('nginx');
    },
    async setup(_event, { ctdb }) {
      await ctdb.ask('runstate');
    },
    async shutdown(_event, { rpc }) {
      await rpc.ping('nfs');
    },
  });
  await using node = await testNode({ name: '70.web', plugin: careless });
  await expect(node.raise('monitor')).rejects.toThrow(
    new NotDeclared(
      `70.web at monitor ran "pidof it's", of which the test says nothing. ` +
        String.raw`Say it: node.commands.on(['pidof', 'it\'s'], { stdout: '' })`,
    ),
  );
  await expect(node.raise('startup')).rejects.toThrow(`node.services.define('nginx')`);
  await expect(node.raise('setup')).rejects.toThrow(`node.ctdb.on(['runstate'], { stdout: '' })`);
  await expect(node.raise('shutdown')).rejects.toThrow(`node.rpc.define('nfs')`);
});

test('a command that takes longer than its own time-out is ended then, and the clock shows it', async () => {
  await using node = await testNode({ name: '70.web', plugin: web });
  node.commands.on('pidof', {});
  node.delay('command pidof', 5000);
  const slow = await node.raise('monitor');
  expect(slow).toMatchObject({ ok: false, tookMs: 2000, output: 'ERROR: nginx is not running\n' });
  expect(await node.raise('monitor')).toMatchObject({ ok: true, tookMs: 0 });
});

test('a hang ends at the time of the event, with a list of what was waited for, and where', async () => {
  const patient = definePlugin({
    async startup(_event, { files, sleep }) {
      await sleep(1000);
      await files.read('/etc/slow');
    },
  });
  await using node = await testNode({ name: '70.web', plugin: patient, timeoutMs: 5000 });
  node.hang('file read /etc/slow');
  const hung = await node.raise('startup');
  expect(hung).toMatchObject({ ok: false, ended: 'timed out', status: -110 });
  expect(hung.output).toMatch(
    /^ERROR: 70\.web was still busy with startup when its time was up\n {2}waiting for files\.read \/etc\/slow \(\S+test-node\.test\.ts:\d+\), for 4\.0 s\n$/,
  );
});

test('a handler that waits for nothing of its context is ended at its deadline too, and that is said', async () => {
  const stuck = definePlugin({ startup: () => new Promise<void>(() => undefined) });
  await using node = await testNode({ name: '70.web', plugin: stuck, timeoutMs: 5000 });
  const hung = await node.raise('startup');
  expect(hung).toMatchObject({ ended: 'timed out', plugins: [{ isUnwound: false }] });
  expect(hung.output).toContain('waiting for nothing of its context: for a promise that nobody settles');
});

test('options are those of script.options; while one is wrong the last right ones stay in force', async () => {
  await using node = await testNode({ name: '70.web', plugin: web, options: { WEB_CHECK: 'no' } });
  expect(await node.raise('monitor')).toMatchObject({ ok: true, output: '' });
  node.options.set('WEB_CHECK', 'perhaps');
  const wrong = await node.raise('monitor');
  expect(wrong.output).toBe(
    'ERROR: /etc/ctdb/script.options:1: WEB_CHECK is "perhaps", expected yes or no\n' +
      'ERROR: 70.web goes on with the options that were right last\n',
  );
  expect(wrong.ok).toBe(true);
});

test.each([
  ['setTimeout', 'ctx.sleep(ms)', () => setTimeout(() => undefined, 1)],
  ['Date.now()', 'ctx.now()', () => Date.now()],
  ['new Date()', 'new Date(ctx.now())', () => new Date()],
  ['performance.now()', 'ctx.monotonicMs()', () => performance.now()],
  ['AbortSignal.timeout', 'ctx.signal, or timeoutMs of a command', () => AbortSignal.timeout(1)],
])('%s in a handler is refused, with file and line: use %s', async (name, use, call) => {
  const bare = definePlugin({ startup: () => void call() });
  await using node = await testNode({ name: '70.web', plugin: bare });
  const refused = await node.raise('startup').catch((error: unknown) => error);
  expect(String(refused)).toMatch(
    /^BareTime: 70\.web at startup calls .* \(\S+test-node\.test\.ts:\d+\), which/,
  );
  expect(String(refused)).toContain(`calls ${name} (`);
  expect(String(refused)).toMatch(`use ${use}`);
  call(); // Nobody else is refused anything.
});

test('what a handler writes to standard output is its output', async () => {
  const chatty = definePlugin({
    startup() {
      console.log('one %s', 'two');
      process.stderr.write('three\n');
    },
  });
  await using node = await testNode({ name: '70.web', plugin: chatty });
  expect(await node.raise('startup')).toMatchObject({ output: 'one two\nthree\n' });
});

test('an error that nobody awaits fails the event', async () => {
  const loose = definePlugin({
    async startup(_event, { sleep }) {
      void Promise.reject(new Failure('nobody waits for this'));
      await sleep(10);
    },
  });
  await using node = await testNode({ name: '70.web', plugin: loose });
  expect(await node.raise('startup')).toMatchObject({ ok: false, output: 'nobody waits for this\n' });
});

test('what still goes on when a handler has returned is told', async () => {
  const loose = definePlugin({ startup: (_event, { sleep }) => void sleep(10) });
  await using node = await testNode({ name: '70.web', plugin: loose });
  const { plugins } = await node.raise('startup');
  expect(plugins[0]?.left).toEqual([expect.stringMatching(/^ {2}sleep 10 \(.*\)$/)]);
});

test('a plugin writes to the directories that every Linux has, and to no other that is not made', async () => {
  const writes = definePlugin({
    startup: (_event, { edit }) => edit.write('/run/web.pid', '1\n'),
    setup: (_event, { edit }) => edit.write('/run/web/pid', '1\n'),
  });
  await using node = await testNode({ name: '70.web', plugin: writes });
  expect(await node.raise('startup')).toMatchObject({ ok: true, did: ['file write /run/web.pid'] });
  const failed = await node.raise('setup');
  expect({ ok: failed.ok, output: failed.output }).toEqual({
    ok: false,
    output: expect.stringContaining('ENOENT') as string,
  });
  node.files.makeDirectory('/run/web');
  expect(await node.raise('setup')).toMatchObject({ ok: true });
});

test('how connections are reset, a plugin may say by a function of its options', async () => {
  const web2 = definePlugin({
    options: z.object({ WEB_PORT: option.wholeNumber(80) }),
    tcp: ({ WEB_PORT }) => ({ ports: [WEB_PORT], reset: 'server-end' }),
    monitor: () => healthy,
  });
  await using node = await testNode({
    plugins: { '10.interface': iface, '70.web': web2 },
    options: { WEB_PORT: '8080' },
    publicAddresses: ['10.0.0.1/24 eth0'],
  });
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  for (const port of [8080, 9090]) node.kernel.connect('10.0.0.1', port);
  await node.raise('releaseip', 'eth0', '10.0.0.1', '24');
  const told = node.kernel.ended.map(({ server, isClientTold }) => `${server} ${isClientTold}`);
  expect(told.sort()).toEqual(['10.0.0.1:8080 false', '10.0.0.1:9090 true']);
});

test('a monitor is cancelled by the next event, and a handler hears of it', async () => {
  const heard: string[] = [];
  const listening = definePlugin({
    async monitor(_event, { sleep, signal }) {
      signal.addEventListener('abort', () => heard.push(String(signal.reason)));
      await sleep(20_000);
      return healthy;
    },
  });
  await using node = await testNode({ name: '70.web', plugin: listening });
  const monitor = node.start('monitor');
  await node.clock.advance(1500);
  await node.raise('startup');
  expect(await monitor.done).toMatchObject({ ok: false, ended: 'cancelled', status: -125, tookMs: 1500 });
  expect(heard).toEqual(['Stopped: the event was cancelled']);
});

test('an address is released whatever its plugin makes of it', async () => {
  const broken = definePlugin({
    async takeip(address, { network }) {
      await network.addAddress(address);
    },
    releaseip() {
      throw new Failure('no');
    },
    ipreallocated: () => undefined,
  });
  await using node = await testNode({ name: '10.interface', plugin: broken });
  await node.raise('takeip', 'eth0', '10.0.0.1', '24');
  expect(node.addresses).toEqual(['10.0.0.1/24 eth0']);
  const released = await node.raise('releaseip', 'eth0', '10.0.0.1', '24');
  expect(released).toMatchObject({
    ok: true,
    output: 'no\nWARNING: 10.0.0.1 was taken off eth0 without its plugin: no connection was reset\n',
  });
  expect(node.addresses).toEqual([]);
});

test('a node that shares its clock with others waits with them', async () => {
  const patient = definePlugin({ startup: (_event, { sleep }) => sleep(1000) });
  await using one = await testNode({ name: '70.web', plugin: patient });
  const { World } = await import('../../core/testing/index.ts');
  const world = new World({ clock: one.clock, pnn: 1 });
  await using other = await testNode({ name: '70.web', plugin: patient, world });
  await Promise.all([one.raise('startup'), other.raise('startup')]);
  expect(one.clock.elapsedMs).toBe(1000);
});
