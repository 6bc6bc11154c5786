import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { proposeFor } from '../../../core/scaffold/from-script/from-script.ts';
import { readPluginName } from '../../../core/scaffold/plugin-name.ts';
import { compile, projectFolder } from '../../scaffold/checked-project.ts';
import { hook } from '../../support/hook-node.ts';
import { sharedDirectory } from '../../support/release.ts';
import { plant } from '../../support/temporary-directory.ts';

// `ctdb-hook new --from` with the scripts of the installed CTDB.

const directory = '/usr/share/ctdb/events/legacy';
const scripts = readdirSync(directory).filter((name) => name.endsWith('.script'));
const textOf = (script: string): string => readFileSync(join(directory, script), 'utf8');

const folder = sharedDirectory();

beforeAll(async () => {
  projectFolder(folder);
  await execa(hook, ['new', '--from', join(directory, '40.vsftpd.script')], { cwd: folder });
  for (const script of scripts) {
    const name = readPluginName(script, []);
    const { plugin, options, test: itsTest } = proposeFor(name, script, textOf(script));
    plant(folder, {
      [`${name.whole}.ts`]: plugin,
      [`${name.whole}.options`]: options,
      [`${name.whole}.test.ts`]: itsTest,
    });
  }
});

test('there are scripts, and a handler for each event that they have a branch for', () => {
  expect(scripts.length).toBeGreaterThan(10);
  for (const script of scripts) {
    const plugin = readFileSync(join(folder, script.replace(/script$/, 'ts')), 'utf8');
    expect(plugin, script).not.toContain('Nothing was understood');
    const branches = [
      ...textOf(script).matchAll(/^(?:init|setup|startup|shutdown|monitor|ipreallocated)\)$/gm),
    ];
    for (const [branch] of branches)
      expect(plugin, script).toMatch(new RegExp(`^ {2}(?:async )?${branch.slice(0, -1)}\\(`, 'm'));
  }
});

test('what is proposed for all of them passes the compiler', async () => {
  expect(await compile(folder)).toBe('');
});

test('their tests pass, and name what is still to be done', async () => {
  const files = ['40.vsftpd', '41.httpd', '70.iscsi'].map((name) => `${name}.test.ts`);
  const { exitCode, all } = await execa(hook, ['node', '--test', ...files], {
    cwd: folder,
    all: true,
    reject: false,
  });
  expect(exitCode, all).toBe(0);
  const count = (what: string): number => Number(new RegExp(`^(?:ℹ|#) ${what} (\\d+)$`, 'm').exec(all)?.[1]);
  expect(count('pass')).toBeGreaterThan(files.length);
  expect(count('todo')).toBeGreaterThan(files.length);
});

test('of 40.vsftpd all is understood', () => {
  const plugin = readFileSync(join(folder, '40.vsftpd.ts'), 'utf8');
  expect(plugin).not.toContain('unfinished');
  expect(plugin).not.toMatch(/^\s*\/\/ \d+: /m);
});
