import { appendFileSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isRunning } from '../support/is-running.ts';
import { pluginText } from '../support/hook-node.ts';
import { ResidentNode, tellsPid } from './resident-node.ts';

const processOf = (output: string): number => Number(/process (\d+)/.exec(output)?.[1]);

test('the first event of a link leaves a host behind, which runs those that follow, of all links of the directory', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  node.plugin('61.ftp', tellsPid);
  const host = await node.withHost('60.web');
  for (const name of ['60.web', '61.ftp', '60.web']) {
    await node.isReady();
    const { status, output } = await node.call(name, 'monitor');
    expect({ status, pid: processOf(output) }).toEqual({ status: 0, pid: host });
  }
  expect(node.host()).toBe(host);
});

test('a plugin that leaves a timer which speaks costs the host, and says nothing in another plugin’s event', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const ticks = `console.log('tick'); appendFileSync(process.env.CTDB_BASE + '/ticked', '.');`;
  node.node.plugin(
    '61.bad',
    `import { appendFileSync } from 'node:fs';\n${pluginText(`monitor() { setInterval(() => { ${ticks} }, 10); return healthy; }`)}`,
  );
  const host = await node.withHost('60.web');
  expect(await node.call('61.bad', 'monitor')).toMatchObject({ status: 0 });
  await expect.poll(() => node.read('ticked')).not.toBe('');
  const { status, output } = await node.call('60.web', 'monitor');
  expect({ status, ticks: output.includes('tick') }).toEqual({ status: 0, ticks: false });
  await expect.poll(() => isRunning(host)).toBe(false);
});

test('ctdb-hook list shows the host', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  expect((await node.node.hook('list', '--dir', node.node.events)).output).not.toContain('Resident');
  const host = await node.withHost('60.web');
  const { output } = await node.node.hook('list', '--dir', node.node.events);
  expect(output).toMatch(
    new RegExp(`^Resident host of links: process ${host}, since \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z$`, 'm'),
  );
});

test('an event in the host has the arguments, directory, environment, result and output that it has in a process of its own', async () => {
  const node = new ResidentNode({ CTDB_HOOK_TIMEOUT: '7', ODD: 'a b\nc' });
  node.plugin(
    '60.web',
    `monitor: () => healthy,
     releaseip() {}, ipreallocated() {},
     async takeip({ iface, ip, maskBits }, ctx) {
       console.log(iface, ip, maskBits, process.cwd(), process.env.ODD, process.env.CTDB_HOOK_CALLED_AS);
       process.stderr.write('to stderr\\n');
       const { stdout } = await ctx.run(['sh', '-c', 'pwd; echo $ODD; ulimit -n; umask']);
       ctx.log(stdout);
       throw new Failure('no ' + ip);
     }`,
  );
  const alone = await node.node
    .with({ ...node.environment, CTDB_HOOK_RESIDENT: 'no' })
    .call('60.web', 'takeip', 'eth0', '10.0.0.1', '24');
  const host = await node.withHost('60.web');
  const handedOver = await node.call('60.web', 'takeip', 'eth0', '10.0.0.1', '24');
  expect(alone.status).toBe(1);
  expect(handedOver).toEqual(alone);
  expect(node.host()).toBe(host);
});

test('a plugin that ends, crashes or loops costs its own event, and the next one runs', async () => {
  const node = new ResidentNode({ CTDB_HOOK_TIMEOUT: '1' });
  node.plugin('60.web', tellsPid);
  node.plugin(
    '61.bad',
    `monitor: () => healthy,
     startup() { process.exit(0); },
     setup() { process.kill(process.pid, 'SIGSEGV'); },
     recovered() { for (;;); },
     async startrecovery(_event, ctx) { await ctx.run(['sleep', '60']); }`,
  );
  const said: Record<string, string> = {};
  for (const event of ['startup', 'setup', 'recovered', 'startrecovery']) {
    await node.withHost('60.web');
    const { status, output } = await node.call('61.bad', event);
    said[event] = `${status} ${output}`;
    const next = await node.call('60.web', 'monitor');
    expect({ event, status: next.status }).toEqual({ event, status: 0 });
  }
  expect(said).toEqual({
    startup: '1 ERROR: 61.bad ended the process, or waited for nothing, before its handler was done\n',
    setup: '1 ERROR: 61.bad.script ended unexpectedly, with its resident host\n',
    recovered: '1 ERROR: 61.bad.script ended unexpectedly, with its resident host\n',
    startrecovery: expect.stringMatching(/^1 ERROR: 61\.bad was still busy with startrecovery/) as string,
  });
});

test('an address is released although the host ends meanwhile, by whatever it is', async () => {
  const node = new ResidentNode();
  node.plugin(
    '10.interface',
    `monitor: () => healthy, takeip() {}, ipreallocated() {},
     async releaseip(_event, ctx) {
       await ctx.run(['sh', '-c', 'echo released by $PPID >> $CTDB_BASE/told']);
       if (process.argv[1].endsWith('resident.js')) process.kill(process.pid, 'SIGKILL');
     }`,
  );
  await node.withHost('10.interface');
  const { status, output } = await node.call('10.interface', 'releaseip', 'eth0', '10.0.0.1', '24');
  expect({ status, output }).toEqual({
    status: 0,
    output: 'WARNING: the resident host ended during releaseip, which is run again without it\n',
  });
  expect(node.read('told').trim().split('\n')).toHaveLength(2);
});

test('a link whose host is stopped runs its event itself, and the next one finds a new host', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const stopped = await node.withHost('60.web');
  process.kill(stopped, 'SIGSTOP');
  const { status, output } = await node.call('60.web', 'monitor');
  expect(status).toBe(0);
  expect(processOf(output)).not.toBe(stopped);
  await expect.poll(() => isRunning(stopped)).toBe(false);
  const host = await node.isReady();
  expect(processOf((await node.call('60.web', 'monitor')).output)).toBe(host);
});

test('a link whose host loops between events runs its event itself', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const loops = `appendFileSync(process.env.CTDB_BASE + '/loops', 'now'); for (;;);`;
  node.node.plugin(
    '61.bad',
    `import { appendFileSync } from 'node:fs';\n${pluginText(`monitor() { setTimeout(() => { ${loops} }, 20); return healthy; }`)}`,
  );
  const host = await node.withHost('60.web');
  await node.call('61.bad', 'monitor');
  await expect.poll(() => node.read('loops')).toBe('now');
  const { status, output } = await node.call('60.web', 'monitor');
  expect(status).toBe(0);
  expect(processOf(output)).not.toBe(host);
}, 30_000);

test('a plugin that loops while a host loads it keeps no other plugin waiting', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const isHost = `process.argv[1].endsWith('resident.js')`;
  const loops = `appendFileSync(process.env.CTDB_BASE + '/loops', 'now'); for (;;);`;
  node.node.plugin(
    '61.bad',
    `import { appendFileSync } from 'node:fs';\nif (${isHost}) { ${loops} }\n${pluginText('monitor: () => healthy')}`,
  );
  await node.call('60.web', 'monitor');
  await expect.poll(() => node.read('loops'), { timeout: 20_000 }).toBe('now');
  const { status, output } = await node.call('60.web', 'monitor');
  expect(status).toBe(0);
  expect(processOf(output)).not.toBe(node.host());
  expect(node.isThere('.ask')).toBe(false);
}, 60_000);

test.each(['process.env.LEFT = "1"', 'process.umask(0)', 'delete process.env.PATH'])(
  'what a plugin has changed for its process (%s) does not reach the next event',
  async (change) => {
    const node = new ResidentNode();
    const tells = `monitor(_event, ctx) { ctx.log(process.umask() + ' ' + process.env.LEFT + ' ' + process.env.PATH); return healthy; }`;
    node.plugin('60.web', tells);
    node.plugin('61.bad', `monitor() { ${change}; return healthy; }`);
    const host = await node.withHost('60.web');
    const before = await node.call('60.web', 'monitor');
    await node.isReady();
    expect((await node.call('61.bad', 'monitor')).status).toBe(0);
    expect(await node.call('60.web', 'monitor')).toEqual(before);
    await expect.poll(() => isRunning(host)).toBe(false);
  },
);

test('a changed plugin runs at once, in a process of its own, and then in a new host', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const host = await node.withHost('60.web');
  expect(processOf((await node.call('60.web', 'monitor')).output)).toBe(host);
  writeFileSync(
    join(node.node.events, '60.web.ts'),
    pluginText(tellsPid.replace('process ', 'changed: process ')),
  );
  const { output } = await node.call('60.web', 'monitor');
  expect(output).toContain('changed: ');
  expect(processOf(output)).not.toBe(host);
  await expect.poll(() => isRunning(host)).toBe(false);
  const next = await node.isReady();
  expect((await node.call('60.web', 'monitor')).output).toBe(`changed: process ${next}\n`);
});

test('a plugin that does not load does not keep others from the host, and runs when it is mended', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  node.node.plugin('61.bad', `import './missing.ts';\n${pluginText('monitor: () => healthy')}`);
  const host = await node.withHost('60.web');
  expect((await node.call('61.bad', 'monitor')).status).toBe(1);
  expect(processOf((await node.call('60.web', 'monitor')).output)).toBe(host);
  writeFileSync(join(node.node.events, 'missing.ts'), '');
  expect(await node.call('61.bad', 'monitor')).toMatchObject({ status: 0, output: '' });
});

test('a link that is called in another environment runs its event itself', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const host = await node.withHost('60.web');
  const other = await node.node.with({ ...node.environment, MORE: 'yes' }).call('60.web', 'monitor');
  expect(other.status).toBe(0);
  expect(processOf(other.output)).not.toBe(host);
});

test('a link that its caller has given another umask than the links before runs its event itself', async () => {
  const node = new ResidentNode();
  const caller = join(node.node.events, 'caller.script');
  const link = join(node.node.events, '60.web.script');
  node.plugin('60.web', tellsPid);
  const host = await node.withHost('60.web');
  const call = async (change: string): Promise<number> => {
    const text = `#!/bin/sh\n${link} monitor\nsh -c '${change}; exec ${link} monitor'\ntrue\n`;
    writeFileSync(caller, text, { mode: 0o755 });
    const [first = '', second = ''] = (await node.call('caller')).output.split('\n');
    expect(processOf(first)).toBe(host);
    return processOf(second);
  };
  expect(await call(':')).toBe(host);
  expect(await call('umask 077')).not.toBe(host);
});

test('of two links at once one has the host, the other does not wait for it', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  node.plugin(
    '61.slow',
    `monitor: () => healthy, async startup(_event, ctx) { await ctx.run(['sh', '-c', 'touch $CTDB_BASE/begun; while [ ! -e $CTDB_BASE/go ]; do sleep 0.05; done']); }`,
  );
  const host = await node.withHost('60.web');
  const slow = node.start('61.slow', 'startup');
  await expect.poll(() => existsSync(join(node.node.base, 'begun'))).toBe(true);
  const { status, output } = await node.call('60.web', 'monitor');
  expect(status).toBe(0);
  expect(processOf(output)).not.toBe(host);
  appendFileSync(join(node.node.base, 'go'), '');
  expect(await slow.ended).toBe(0);
  await node.isReady();
  expect(processOf((await node.call('60.web', 'monitor')).output)).toBe(host);
});

test('an event that is cancelled ends at once, with its commands, and the host serves the next one', async () => {
  const node = new ResidentNode();
  node.plugin(
    '60.web',
    `${tellsPid}, async startup(_event, ctx) {
       await ctx.run(['sh', '-c', 'echo $$ > $CTDB_BASE/command; sleep 60']);
       await ctx.run(['sh', '-c', 'echo later > $CTDB_BASE/later']);
     }`,
  );
  const host = await node.withHost('60.web');
  const link = node.start('60.web', 'startup');
  await expect.poll(() => node.read('command')).not.toBe('');
  process.kill(-link.pid, 'SIGKILL');
  await link.ended;
  await expect.poll(() => isRunning(Number(node.read('command')))).toBe(false);
  expect(await node.isReady()).toBe(host);
  expect(processOf((await node.call('60.web', 'monitor')).output)).toBe(host);
  expect(node.read('later')).toBe('');
});

test('no host stays behind after shutdown, or where CTDB_HOOK_RESIDENT is no', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', `${tellsPid}, shutdown() {}`);
  await node.node.with({ CTDB_HOOK_RESIDENT: 'no' }).call('60.web', 'monitor');
  expect(node.isThere('')).toBe(false);
  await node.call('60.web', 'shutdown');
  expect(node.isThere('')).toBe(false);
  const host = await node.withHost('60.web');
  await node.call('60.web', 'shutdown');
  await expect.poll(() => isRunning(host)).toBe(false);
  expect(['.ask', '.answer', '.lock', '.pid'].filter((name) => node.isThere(name))).toEqual([]);
});

test('a host ends with the process that called its links, also if that ends during an event', async () => {
  const node = new ResidentNode();
  const waits = `touch $CTDB_BASE/begun; while [ ! -e $CTDB_BASE/go ]; do sleep 0.05; done`;
  node.plugin(
    '60.web',
    `${tellsPid}, async startup(_event, ctx) { await ctx.run(['sh', '-c', '${waits}']); }`,
  );
  const host = await node.withHost('60.web');
  const link = join(node.node.events, '60.web.script');
  const text = `#!/bin/sh\n${link} startup >$CTDB_BASE/output 2>&1 &\nwhile [ ! -e $CTDB_BASE/begun ]; do sleep 0.05; done\n`;
  writeFileSync(join(node.node.events, 'caller.script'), text, { mode: 0o755 });
  expect((await node.call('caller')).status).toBe(0);
  expect(isRunning(host)).toBe(true);
  await delay(1_500); // By then the host knows: it looks a second after the event began.
  appendFileSync(join(node.node.base, 'go'), '');
  await expect.poll(() => isRunning(host), { timeout: 10_000 }).toBe(false);
}, 30_000);

test.each([
  ['event directory is', (node: ResidentNode) => node.node.events],
  ['files are', (node: ResidentNode) => node.place.path],
])(
  'a host ends when its %s gone',
  async (_what, pathOf) => {
    const node = new ResidentNode();
    node.plugin('60.web', tellsPid);
    const host = await node.withHost('60.web');
    rmSync(pathOf(node), { recursive: true });
    await expect.poll(() => isRunning(host), { timeout: 10_000 }).toBe(false);
  },
  20_000,
);

test('a link follows no link to a host', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const host = await node.withHost('60.web');
  const elsewhere = join(node.node.base, 'elsewhere');
  renameSync(node.place.path, elsewhere);
  symlinkSync(elsewhere, node.place.path);
  const { status, output } = await node.call('60.web', 'monitor');
  expect(status).toBe(0);
  expect(processOf(output)).not.toBe(host);
});
