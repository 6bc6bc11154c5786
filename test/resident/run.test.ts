import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hook, pluginText } from '../support/hook-node.ts';
import { isRunning } from '../support/is-running.ts';
import { script } from '../support/temporary-directory.ts';
import { ResidentNode, type RunResult, tellsPid } from './resident-node.ts';

const processOf = ({ stdout }: RunResult): number => Number(/process (\d+)/.exec(stdout)?.[1]);

/** A handler's text: it waits for a file, after it has said that it has begun. */
const waits = `await ctx.run(['sh', '-c', 'echo $$ > $CTDB_BASE/begun; while [ ! -e $CTDB_BASE/go ]; do sleep 0.05; done']);`;

/** Runs an event until there is a host that the next one finds, and answers its pid. */
async function withHost(node: ResidentNode, ...words: string[]): Promise<number> {
  await node.run(['monitor', ...words]);
  return node.isReady();
}

test('ctdb-hook run leaves a host behind, which runs the next event of run and of links alike', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const host = await withHost(node);
  expect(processOf(await node.run(['monitor']))).toBe(host);
  await node.isReady();
  expect((await node.call('60.web', 'monitor')).output).toBe(`process ${host}\n`);
  await node.isReady();
  expect(processOf(await node.run(['monitor', '--timeline']))).toBe(host);
  expect(processOf(await node.run(['monitor'], { CTDB_HOOK_RESIDENT: 'no' }))).not.toBe(host);
});

test.each([
  ['--dir DIR', (dir: string) => ['--dir', dir]],
  ['--dir=DIR', (dir: string) => [`--dir=${dir}`]],
])('the event directory may be given by option: %s', async (_how, option) => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const words = option(node.node.events);
  const elsewhere = { CTDB_BASE: node.node.base, CTDB_TEST_MODE: '1' };
  const host = await withHost(node, ...words);
  expect(processOf(await node.run(['monitor', ...words], elsewhere))).toBe(host);
});

test('an event of another directory is not run by the host of this one', async () => {
  const [node, other] = [new ResidentNode(), new ResidentNode()];
  node.plugin('60.web', tellsPid);
  other.plugin('60.web', tellsPid.replace('process', 'other process'));
  const host = await withHost(node);
  const { stdout } = await node.run(['monitor', '--dir', other.node.events]);
  expect(stdout).toMatch(/^other process \d+\n$/);
  expect(stdout).not.toContain(String(host));
  await other.node.with(node.environment).hook('run', 'shutdown', '--dir', other.node.events);
});

test.each([
  'monitor',
  'monitor --timeline',
  'monitor --json',
  'takeip eth0 10.0.0.1 24',
  'takeip eth0 10.0.0.1 24 --json',
  'startup --timeout 1',
  'startup --timeout=x',
  'nosuch',
  'takeip eth0',
  'monitor --convention nosuch',
])(
  'the host runs "%s" as a process of its own does: result, both streams, environment, directory',
  async (words) => {
    const given = words.split(' ');
    const node = new ResidentNode({ ODD: 'a b\nc' });
    node.node.plant({
      '40.script.script': script(
        `echo "script $* $ODD $CTDB_BASE $(pwd) $(umask) $(ulimit -n)"; echo to stderr >&2; [ "$1" != takeip ] || exit 3`,
      ),
      '39.disabled.script': { text: '#!/bin/sh\n', mode: 0o644 },
    });
    node.plugin(
      '30.plugin',
      `releaseip() {}, ipreallocated() {},
       async monitor(_event, ctx) {
         console.log('plugin', process.cwd(), process.env.ODD);
         process.stderr.write('plugin to stderr\\n');
         ctx.log((await ctx.run(['sh', '-c', 'pwd; echo $ODD; umask'])).stdout);
         return healthy;
       },
       takeip({ ip }, ctx) { ctx.log('takes ' + ip); },
       async startup(_event, ctx) { await ctx.run(['sleep', '60']); }`,
    );
    const seen = ({ status, stdout, stderr }: RunResult): RunResult => ({
      status,
      stdout: stdout.replaceAll(/ +\d+ ms|for \d\.\d s/g, ' N').replaceAll(/"(begin|end)":"[^"]+"/g, '"$1"'),
      stderr: stderr.replaceAll(/after \d+ ms/g, 'after N ms'),
    });
    const alone = await node.run(given, { CTDB_HOOK_RESIDENT: 'no' });
    const host = await withHost(node);
    expect(seen(await node.run(given))).toEqual(seen(alone));
    expect(node.host()).toBe(host);
  },
);

test('what a plugin or its program writes past ctdb-hook goes where the caller has it, each stream by itself', async () => {
  const node = new ResidentNode();
  node.node.plugin(
    '60.web',
    `import { writeSync } from 'node:fs';\nimport { spawnSync } from 'node:child_process';\n${pluginText(
      `monitor() {
         writeSync(1, 'raw out\\n');
         writeSync(2, 'raw err\\n');
         spawnSync('sh', ['-c', 'echo program out; echo program err >&2'], { stdio: 'inherit' });
         return healthy;
       }`,
    )}`,
  );
  await withHost(node);
  expect(await node.run(['monitor'])).toEqual({
    status: 0,
    stdout: 'raw out\nprogram out\n',
    stderr: 'raw err\nprogram err\n',
  });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends ctdb-hook run, its handler and its commands at once, and the host serves the next event',
  async (signal) => {
    const node = new ResidentNode();
    node.plugin(
      '60.web',
      `${tellsPid}, async startup(_event, ctx) { try { ${waits} } finally { await ctx.run(['sh', '-c', 'echo later > $CTDB_BASE/later']); } }`,
    );
    const host = await withHost(node);
    const run = node.startRun('startup');
    await expect.poll(() => node.read('begun')).not.toBe('');
    process.kill(-run.pid, signal); // As a terminal does.
    expect(await run.ended).toBe(signal);
    await expect.poll(() => isRunning(Number(node.read('begun')))).toBe(false);
    expect(await node.isReady()).toBe(host);
    expect(processOf(await node.run(['monitor']))).toBe(host);
    expect(node.read('later')).toBe('');
  },
);

test('a script that runs is ended with ctdb-hook run', async () => {
  const node = new ResidentNode();
  node.node.plant({
    '40.slow.script': script(
      '[ "$1" = startup ] || exit 0; echo $$ > $CTDB_BASE/begun; sleep 60; echo x > $CTDB_BASE/later',
    ),
  });
  await withHost(node);
  const run = node.startRun('startup');
  await expect.poll(() => node.read('begun')).not.toBe('');
  process.kill(run.pid, 'SIGTERM');
  expect(await run.ended).toBe('SIGTERM');
  await expect.poll(() => isRunning(Number(node.read('begun')))).toBe(false);
  expect(node.read('later')).toBe('');
});

test('of two runs at once one has the host, the other does not wait for it', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', `${tellsPid}, async startup(_event, ctx) { ${waits} }`);
  const host = await withHost(node);
  const slow = node.startRun('startup');
  await expect.poll(() => node.read('begun')).not.toBe('');
  const other = await node.run(['monitor']);
  expect(other.status).toBe(0);
  expect(processOf(other)).not.toBe(host);
  writeFileSync(join(node.node.base, 'go'), '');
  expect(await slow.ended).toBe(0);
});

test('a host that is stopped or gone, or whose files are not FIFOs, keeps no run from its event', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const stopped = await withHost(node);
  process.kill(stopped, 'SIGSTOP');
  expect(processOf(await node.run(['monitor']))).not.toBe(stopped);
  await expect.poll(() => isRunning(stopped)).toBe(false);
  const killed = await node.isReady();
  process.kill(killed, 'SIGKILL');
  expect(processOf(await node.run(['monitor']))).not.toBe(killed);
  await node.isReady();
  rmSync(node.place.ask);
  writeFileSync(node.place.ask, '');
  expect((await node.run(['monitor'])).status).toBe(0);
});

test('a host that is killed while it runs an event: the run has been once, or says that it ended', async () => {
  const node = new ResidentNode();
  node.pluginThatTells('60.web');
  let failed = 0;
  for (let kill = 0; kill < 12; kill += 1) {
    const host = await withHost(node);
    const ip = `10.0.0.${kill}`;
    const run = node.run(['takeip', 'eth0', ip, '24']);
    await delay(2 + kill);
    if (isRunning(host)) process.kill(host, 'SIGKILL');
    const { status, stdout } = await run;
    const told = node.read('told').split('\n');
    const times = told.filter((each) => each === ip).length;
    const said =
      'ERROR: ctdb-hook run ended unexpectedly, with its resident host (CTDB_HOOK_RESIDENT=no tells more)\n';
    expect({ ip, status, stdout }).toEqual({ ip, status, stdout: status === 0 ? '' : said });
    expect(status === 0 ? [1] : [0, 1]).toContain(times);
    if (status !== 0) failed += 1;
  }
  expect(failed).toBeGreaterThan(0);
}, 90_000);

test('an address is taken off by 10.interface alone where the host ends before its turn', async () => {
  const node = new ResidentNode();
  node.plugin(
    '05.bad',
    `monitor: () => healthy, takeip() {}, ipreallocated() {},
     releaseip() { process.kill(process.pid, 'SIGKILL'); }`,
  );
  node.plugin(
    '10.interface',
    `monitor: () => healthy, takeip() {}, ipreallocated() {},
     async releaseip({ ip }, ctx) { await ctx.run(['sh', '-c', 'echo released $0 >> $CTDB_BASE/told', ip]); }`,
  );
  await withHost(node);
  const { status, stdout } = await node.run([
    '--timeout',
    '9',
    'releaseip',
    '--json',
    'eth0',
    '10.0.0.1',
    '24',
  ]);
  expect({ status, stdout }).toEqual({
    status: 1,
    stdout:
      'ERROR: ctdb-hook run ended unexpectedly, with its resident host (CTDB_HOOK_RESIDENT=no tells more)\nWARNING: 10.interface runs alone at releaseip\n',
  });
  expect(node.read('told')).toBe('released 10.0.0.1\n');
});

test('an address is taken off by 10.interface alone where a plugin before it loops, without a host', async () => {
  const node = new ResidentNode({ CTDB_HOOK_RESIDENT: 'no' });
  node.plugin(
    '05.bad',
    `monitor: () => healthy, takeip() {}, ipreallocated() {},
     releaseip() { for (;;); }`,
  );
  node.plugin(
    '10.interface',
    `monitor: () => healthy, takeip() {}, ipreallocated() {},
     async releaseip({ ip }, ctx) { await ctx.run(['sh', '-c', 'echo released $0 >> $CTDB_BASE/told', ip]); }`,
  );
  const { status, stdout } = await node.run(['--timeout', '4', 'releaseip', 'eth0', '10.0.0.1', '24']);
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^ERROR: 05\.bad was still busy with releaseip when its time was up\n[^]*\nWARNING: 10\.interface runs alone at releaseip\n$/,
  );
  expect(node.read('told')).toBe('released 10.0.0.1\n');
});

test('a person at a terminal has the event in a process of its own, and leaves no host behind', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', tellsPid);
  const host = await withHost(node);
  const atTerminal = ['-qec', `'${hook}' run monitor`, '/dev/null'];
  const { stdout } = await execa('script', atTerminal, { env: node.variables(), stdin: 'ignore' });
  expect(stdout).toMatch(/process \d+/);
  expect(stdout).not.toContain(`process ${host}`);
  process.kill(host, 'SIGTERM');
  await expect.poll(() => isRunning(host)).toBe(false);
  await execa('script', atTerminal, { env: node.variables(), stdin: 'ignore' });
  expect(processesWith(`resident.js\0${node.node.events}\0`)).toEqual([]);
});

/** The processes whose command lines have this text. A program that Node starts has its own before Node goes on. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(text));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It has ended.
  }
}

test('no host stays behind after shutdown', async () => {
  const node = new ResidentNode();
  node.plugin('60.web', `${tellsPid}, shutdown() {}`);
  const host = await withHost(node);
  expect((await node.run(['shutdown'])).status).toBe(0);
  await expect.poll(() => isRunning(host)).toBe(false);
  expect(existsSync(node.place.ask)).toBe(false);
});
