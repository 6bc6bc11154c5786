import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode } from '../support/hook-node.ts';

const launchers = ['bin/ctdb-hook', 'bin/ctdb-eventd', 'bin/find-node'];
const scripts = [
  ...launchers,
  ...['ready', 'install', 'node', 'debian-packages', 'debian-root', 'in-debian-root'].map(
    (name) => `.config/${name}`,
  ),
  ...['.ci/run', 'test/root/stand-ins/systemctl'],
  ...['ctdb', 'protect', 'service'].map((name) => `core/try/stand-ins/${name}`),
];

test.each(scripts)('shellcheck finds nothing in %s', async (script) => {
  const { exitCode, all } = await execa('shellcheck', ['--external-sources', script], {
    cwd: packageRoot,
    all: true,
    reject: false,
  });
  expect({ exitCode, all }).toEqual({ exitCode: 0, all: '' });
});

describe.each(launchers)('%s', (launcher) => {
  test.each([
    ['dash', '-n'],
    ['bash', '--posix', '-n'],
  ])('is what %s %s can read', async (shell, ...options) => {
    const path = join(packageRoot, launcher);
    const { exitCode, all } = await execa(shell, [...options, path], { all: true, reject: false });
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: '' });
  });
});

test('the launcher takes a time limit with leading zeros as decimal, as ctdb-hook itself does', async () => {
  const { hook } = new HookNode().with({ CTDB_HOOK_TIMEOUT: '08' });
  expect(await hook('run', 'monitor')).toMatchObject({ status: 0, output: '' });
});

test('a time limit that no shell can count with is refused, not stumbled over', async () => {
  const { hook } = new HookNode().with({ CTDB_HOOK_TIMEOUT: '99999999999999999999' });
  const { status, output } = await hook('run', 'monitor');
  expect(output).toContain('expected whole seconds from 0 to 999999');
  expect(status).toBe(1);
});
