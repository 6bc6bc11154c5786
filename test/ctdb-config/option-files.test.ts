import { chmodSync, linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readOptionFiles } from '../../core/ctdb-config/option-files.ts';
import { ctdbPaths } from '../../core/ctdb-installation/paths.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Reads the options of 60.nfs in a directory that is both CTDB's and the system's. */
async function read(base: string, more: Partial<Parameters<typeof readOptionFiles>[0]> = {}) {
  const environment = { PATH: process.env['PATH'], CTDB_BASE: base, CTDB_SYS_ETCDIR: base, X: 'environment' };
  const checkTrust = (): void => undefined;
  return readOptionFiles({
    paths: ctdbPaths(environment),
    plugin: '60.nfs',
    environment,
    checkTrust,
    ...more,
  });
}

const own = 'events/legacy/60.nfs.options';

it('leaves the environment as it is without any file', async () => {
  const { variables, environment, output } = await read(temporaryDirectory());
  expect({ variables, X: environment['X'], output }).toEqual({
    variables: new Map(),
    X: 'environment',
    output: '',
  });
});

it('lets the stronger file win, and names it', async () => {
  const files = { 'script.options': 'X=1\nY=1', [own]: '\n\nY=2' };
  const base = temporaryDirectory(files);
  const { variables, environment } = await read(base);
  expect(variables).toEqual(
    new Map([
      ['X', { value: '1', file: join(base, 'script.options'), line: 1 }],
      ['Y', { value: '2', file: join(base, own), line: 3 }],
    ]),
  );
  expect(environment).toMatchObject({ X: '1', Y: '2' });
});

it('takes a name that every object has for a variable like any other', async () => {
  const base = temporaryDirectory({ 'script.options': '__proto__=1\nX="$__proto__ $constructor$toString."' });
  const { environment } = await read(base);
  expect(Object.entries(environment)).toEqual(
    expect.arrayContaining([
      ['__proto__', '1'],
      ['X', '1 .'],
    ]),
  );
});

it('reads all places from the weakest to the strongest', async () => {
  const base = temporaryDirectory({
    'rc.local': 'T="$X rc.local"',
    'rc.local.d/10': 'T="$T rc.local.d/10"',
    'rc.local.d/20': 'T="$T rc.local.d/20"',
    'rc.local.d/.hidden': 'T="$T hidden"',
    'sysconfig/nfs': 'T="$T sysconfig"',
    'default/nfs': 'T="$T default"',
    'script.options': 'T="$T script.options"',
    [own]: 'T="$T own"',
    'elsewhere/60.nfs.options': 'T="$T elsewhere"',
  });
  for (const name of ['rc.local', 'rc.local.d/10', 'rc.local.d/20', 'rc.local.d/.hidden']) {
    chmodSync(join(base, name), 0o755);
  }
  mkdirSync(join(base, 'rc.local.d/directory'));
  const { environment } = await read(base, { systemConfig: ['nfs'], directory: join(base, 'elsewhere') });
  expect(environment['T']).toBe(
    'environment rc.local rc.local.d/10 rc.local.d/20 sysconfig script.options own elsewhere',
  );
});

it('leaves out rc.local files that are not executable', async () => {
  const base = temporaryDirectory({ 'rc.local': 'X=1', 'rc.local.d/10': 'X=2' });
  expect((await read(base)).variables).toEqual(new Map());
});

it('takes default where there is no sysconfig, and the first name that is there', async () => {
  const base = temporaryDirectory({ 'default/nfs-kernel-server': 'X=1', 'default/other': 'X=2' });
  const { variables } = await read(base, { systemConfig: ['nfs', 'nfs-kernel-server', 'other'] });
  expect(variables.get('X')?.file).toBe(join(base, 'default/nfs-kernel-server'));
});

it('reads no system configuration unless asked to', async () => {
  expect((await read(temporaryDirectory({ 'sysconfig/nfs': 'X=1' }))).variables).toEqual(new Map());
});

it('reads one file once, under however many names it is found', async () => {
  const base = temporaryDirectory({ [own]: 'X=$X+' });
  mkdirSync(join(base, 'other'));
  linkSync(join(base, own), join(base, 'other/60.nfs.options'));
  symlinkSync(join(base, 'events/legacy'), join(base, 'link'));
  for (const directory of ['events/legacy', 'other', 'link']) {
    expect((await read(base, { directory: join(base, directory) })).environment['X']).toBe('environment+');
  }
});

it('evaluates a file that needs sh with the variables of those before it', async () => {
  const base = temporaryDirectory({
    'script.options': 'X=1',
    [own]: '# Y=no\nif [ "$X" = 1 ]; then\n  Y=two; Z=3\nelse\n  Z=4\nfi\nunset X; echo hello',
  });
  const { variables, environment, output } = await read(base);
  expect(variables).toEqual(
    new Map([
      ['Y', { value: 'two', file: join(base, own), line: 3 }],
      ['Z', { value: '3', file: join(base, own), line: undefined }],
    ]),
  );
  expect(environment['X']).toBeUndefined();
  expect(output).toBe('hello\n');
});

it('gives files the variables that CTDB gives its scripts', async () => {
  const base = temporaryDirectory({
    'script.options': 'X="$CTDB_BASE $CTDB_VARDIR $CTDB_SCRIPT_VARDIR $CTDB_SYS_ETCDIR $CTDB"',
  });
  const { environment } = await read(base);
  expect(environment['X']).toBe(`${base} /var/lib/ctdb /var/lib/ctdb/scripts ${base} ctdb`);
});

it('sees at once that a file has changed', async () => {
  const base = temporaryDirectory({ 'script.options': 'X=1' });
  expect((await read(base)).environment['X']).toBe('1');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(base, 'script.options'), 'X=2');
  expect((await read(base)).environment['X']).toBe('2');
});

it('asks before it looks into a file whether the file can be trusted, and stops if not', async () => {
  const base = temporaryDirectory({ 'script.options': 'X=1', [own]: 'exit' });
  const asked: string[] = [];
  const refusal = new Error('refused');
  const checkTrust = (path: string): void => {
    asked.push(path);
    if (path.endsWith('60.nfs.options')) throw refusal;
  };
  await expect(read(base, { checkTrust })).rejects.toBe(refusal);
  expect(asked).toEqual([join(base, 'script.options'), join(base, own)]);
});

it('gives all files that need sh one time limit', async () => {
  const base = temporaryDirectory({ 'script.options': 'sleep 1000' });
  await expect(read(base, { timeoutMs: 300 })).rejects.toThrow(
    /script\.options: sh needs longer than \d+ ms/,
  );
});
