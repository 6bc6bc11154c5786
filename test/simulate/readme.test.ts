import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { readScenario } from '../../core/simulate/scenario.ts';
import { invariants } from '../../core/simulate/violation.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const guide = readFileSync(join(packageRoot, 'plugins/README.md'), 'utf8');
const section = guide.slice(guide.indexOf('## Simulate a cluster'));
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(section)?.[1] ?? '';

const hook = (directory: string, words: readonly string[]) =>
  spawnSync(join(packageRoot, 'bin/ctdb-hook'), words, { cwd: directory, encoding: 'utf8' });

test('the table of invariants in plugins/README.md has those that there are', () => {
  const rows = [...section.matchAll(/^\| `([\w-]+)` +\| (.*?) *\|$/gm)].map(([, name, what]) => [name, what]);
  for (const [name, what] of Object.entries(invariants))
    expect(rows).toContainEqual([name, expect.stringContaining(what)]);
  expect(rows.length).toBe(Object.keys(invariants).length);
});

test('the command, the module and the scenario of plugins/README.md do what is said there', () => {
  const directory = temporaryDirectory({
    'prepare.ts': block('js'),
    scenario: block('text'),
    'refused.ts': 'export default () => undefined;\n',
  });
  const plugin = join(packageRoot, 'test/fixtures/plugins/planted');
  copyFileSync(join(plugin, 'right/70.web.ts'), join(directory, '70.web.ts'));
  const words = block('sh').trim().split(' ').slice(1);
  const well = hook(directory, [...words.slice(0, -1), '20', '--seed', '1']);
  expect(well).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Everything held\.$/m) as string });
  const refused = hook(directory, ['simulate', '.', '--prepare', 'refused.ts', '--takeovers', '1']);
  expect(refused).toMatchObject({
    status: 3,
    stderr: expect.stringContaining("node.services.define('web')") as string,
  });
  copyFileSync(join(plugin, 'keeps-global-state/70.web.ts'), join(directory, '70.web.ts'));
  const broken = hook(directory, ['simulate', '.', '--scenario', 'scenario']);
  expect(broken).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('NOT HELD: leftover') as string,
  });
  expect(readScenario(block('text'), 'README').steps).toHaveLength(3);
});

test.each([
  [['simulate', '/nonexistent'], 'Cannot read the event directory /nonexistent: it does not exist'],
  [['simulate', '.', '--nodes', '0'], '--nodes is "0", expected a whole number from 1 to 32'],
  [['simulate', '.', '--release', 'new'], '--release is "new", expected one such as 4.17'],
  [['simulate', '.', '--faults', 'throws,tears'], '--faults has "tears", expected some of throws,'],
  [['simulate', '.', '--without', 'all'], '--without has "all", expected some of two-nodes,'],
  [['simulate', '.', '--scenario', 'none'], 'cannot read none: ENOENT'],
  [['simulate', '.', '--prepare', 'none.ts'], '--prepare none.ts: '],
  [['simulate', '.', '..'], 'expected one directory, got ". .."'],
])('ctdb-hook %j is refused', (words, message) => {
  expect(hook(temporaryDirectory(), words)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(message) as string,
  });
});

test('a directory without a plugin, or with one that does not load, is nothing that anybody can tell of', () => {
  const script = { text: '#!/bin/sh\n', mode: 0o755 };
  const scripts = hook(temporaryDirectory({ '50.some.script': script }), ['simulate', '.']);
  expect(scripts).toMatchObject({
    status: 3,
    stdout: expect.stringContaining('not simulated: 50.some: a script') as string,
    stderr: expect.stringContaining('there is no plugin to simulate') as string,
  });
  const wrong = { text: 'export default { takeIp() {} };\n', mode: 0o755 };
  const broken = hook(temporaryDirectory({ '70.web.ts': wrong }), ['simulate', '.']);
  expect(broken).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('did you mean takeip?') as string,
  });
});
