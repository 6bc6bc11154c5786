import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { EventdNode } from '../support/eventd-node.ts';
import { hook, HookNode, pluginText } from '../support/hook-node.ts';
import { type Planted, script, temporaryDirectory } from '../support/temporary-directory.ts';

/** A configuration directory that nothing is wrong with, and these files more. */
const etcCtdb = (files: Readonly<Record<string, Planted | string>> = {}): string =>
  temporaryDirectory({
    nodes: '10.0.0.1\n10.0.0.2\n',
    public_addresses: '10.1.0.1/24 eth0\n',
    'ctdb.conf': '[cluster]\nrecovery lock = /c/lock\n',
    'events/legacy/00.ctdb.script': script('true'),
    'events/legacy/10.interface.ts': { target: join(packageRoot, 'plugins/10.interface/plugin.ts') },
    ...files,
  });

const check = (...words: string[]) =>
  execa(hook, ['check', ...words], { all: true, reject: false, stdin: 'ignore', timeout: 60_000 });

describe('the exit status', () => {
  test.each([
    ['nothing is wrong', {}, [], 0],
    ['there is a warning', { 'events/legacy/60.nsf.options': '' }, [], 1],
    ['there is a warning, and --strict', { 'events/legacy/60.nsf.options': '' }, ['--strict'], 2],
    ['there is an error', { nodes: 'node1\n' }, [], 2],
  ] as const)('%s', async (_what, files, words, expected) => {
    const { exitCode, all } = await check(etcCtdb(files), ...words);
    expect(exitCode, all).toBe(expected);
  });

  test.each([
    [['/nonexistent'], 'ctdb-hook: check: there is no /nonexistent'],
    [['/tmp', '/etc'], 'ctdb-hook: check: expected one directory, got "/tmp /etc"'],
    [['--strikt'], 'ctdb-hook: check: unknown option "--strikt": did you mean --strict?'],
  ])('%j cannot be checked, which is no success', async (words, expected) => {
    const { exitCode, all } = await check(...words);
    expect(all).toBe(expected);
    expect(exitCode).toBe(2);
  });

  test('what fails itself is no success, and is not taken for warnings', async () => {
    const { exitCode, all } = await execa(hook, ['check'], {
      env: { CTDB_TEST_MODE: '1', CTDB_BASE: '' },
      all: true,
      reject: false,
    });
    expect(all).toMatch(/^ctdb-hook: check: Error: Broken CTDB setup, CTDB_BASE not set in test mode/);
    expect(exitCode).toBe(2);
  });

  test('an empty directory has no event directory', async () => {
    expect((await check(temporaryDirectory())).exitCode).toBe(2);
  });
});

test('says of each rule what it found, what to do, or why it was not applied', async () => {
  const base = etcCtdb({ nodes: '10.0.0.1\nnode2\n', 'events/legacy/60.nsf.options': '' });
  const { all } = await check(base);
  const lines = all.replaceAll(base, 'BASE').split('\n');
  expect(lines[0]).toBe('BASE, files only');
  expect(lines).toContain('ctdb-conf             ok');
  expect(lines).toContain('kernel                skipped, because the directory is not that of this node');
  expect(lines.slice(2, 4)).toEqual([
    'nodes                 1 error',
    '    BASE/nodes:2: error: "node2", expected an IPv4 or IPv6 address and nothing else: ctdbd does not start',
  ]);
  expect(lines.at(-1)).toBe('1 error, 1 warning; 8 rules skipped');
});

test('says the same as JSON', async () => {
  const base = etcCtdb({ nodes: 'node1\n10.0.0.1\n' });
  const { stdout } = await check(base, '--json');
  const said = JSON.parse(stdout) as { rules: { id: string }[] };
  expect(said).toMatchObject({
    version: 1,
    directory: base,
    isNode: false,
    errors: 1,
    warnings: 0,
    notes: 0,
  });
  expect(said.rules.find(({ id }) => id === 'nodes')).toEqual({
    id: 'nodes',
    summary: 'ctdbd takes the nodes file, and each node has an address of its own',
    scope: 'files',
    result: 'found',
    findings: [
      {
        severity: 'error',
        path: join(base, 'nodes'),
        line: 1,
        what: '"node1", expected an IPv4 or IPv6 address and nothing else: ctdbd does not start',
      },
    ],
  });
  expect(said.rules.find(({ id }) => id === 'ownership')).toMatchObject({
    result: 'skipped',
    because: 'the directory is not that of this node',
  });
});

test('thousands of files, links in circles, pipes and directories that cannot be read have an end, and each is said', async () => {
  const base = etcCtdb();
  mkdirSync(join(base, 'many'));
  for (let index = 0; index < 3000; index += 1) writeFileSync(join(base, 'many', `${index}`), '');
  symlinkSync('..', join(base, 'many', 'up'));
  symlinkSync('round', join(base, 'round'));
  await execa('mkfifo', [join(base, 'script.options'), join(base, 'pipe')]);
  let deep = base;
  for (let depth = 0; depth < 25; depth += 1) mkdirSync((deep = join(deep, 'deep')));
  mkdirSync(join(base, 'closed'));
  chmodSync(join(base, 'closed'), 0);
  const { exitCode, all } = await check(base);
  chmodSync(join(base, 'closed'), 0o700);
  const lines = all.replaceAll(base, 'BASE');
  expect(lines).toContain('BASE/round: error: leads back to itself');
  expect(lines).toContain('BASE: warning: not all is checked: BASE');
  expect(lines).toContain('BASE/script.options: error: is no regular file, expected one');
  expect(exitCode).toBe(2);
});

test('root does not load a plugin that somebody else could have written, and says so', async () => {
  const base = etcCtdb({
    'events/legacy/70.web.ts': { text: pluginText('monitor: () => healthy,'), mode: 0o777 },
  });
  chmodSync(join(base, 'events/legacy/70.web.ts'), 0o777);
  const { exitCode, all } = await check(base);
  const isRoot = process.geteuid?.() === 0;
  expect(all.includes('was not loaded, for root runs nobody else’s code')).toBe(isRoot);
  expect(exitCode).toBe(isRoot ? 1 : 0);
});

test('a node that runs and is well is clean', async () => {
  const node = new EventdNode({
    '10.interface.ts': { target: join(packageRoot, 'plugins/10.interface/plugin.ts') },
    '50.own.script': script('exit 0'),
  });
  writeFileSync(node.path('nodes'), '127.0.0.1\n192.0.2.1\n');
  writeFileSync(node.path('public_addresses'), '192.0.2.77/24 lo\n');
  await node.start();
  const { exitCode, all } = await execa(hook, ['check'], {
    env: {
      CTDB_TEST_MODE: '1',
      CTDB_BASE: node.base,
      CTDB_TEST_HELPER_BINDIR: '/nonexistent',
      CTDB_HOOK_RELEASE: '4.17',
      CTDB_HOOK_NETWORK: 'commands', // What the kernel permits here is not known: test/root tries it.
    },
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  expect(all).not.toMatch(/(?:error|warning): /);
  expect(exitCode, all).toBe(0);
});

test('a plugin that never ends while it loads is one error, and the others are checked', async () => {
  const node = new HookNode({
    '70.spins.ts': { text: 'for (;;);\n', mode: 0o755 },
    '71.good.ts': { text: pluginText('monitor: () => healthy,'), mode: 0o755 },
  });
  node.configure('nodes', '127.0.0.1\n');
  const { status, output } = await node.hook('check');
  expect(output).toContain('70.spins does not load: the process that loaded it did not end in time');
  expect(output).not.toContain('71.good');
  expect(status).toBe(2);
});
