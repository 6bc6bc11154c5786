import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bashCompletion } from '../../core/help/bash-completion.ts';
import { HookNode } from '../support/hook-node.ts';

/** What bash offers at the last of these words. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const script = `${bashCompletion()}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ctdb_hook; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['-c', script, 'bash', 'ctdb-hook', ...words]);
  return stdout.split('\n').filter((line) => line !== '');
}

test.each([
  [['stat'], ['status']],
  [['status', '--j'], ['--json']],
  [
    ['switch', ''],
    ['on', 'off', '--dry-run', '--restart', '--help'],
  ],
  [
    ['run', 'start'],
    ['startup', 'startrecovery', 'startipreallocate'],
  ],
  [['help', 'hist'], ['history']],
  [['xyzzy', ''], []],
])('after %j bash offers %j', async (words, expected) => {
  expect((await offered(...words)).sort()).toEqual([...expected].sort());
});

test('after --dir bash offers directories', async () => {
  expect(await offered('list', '--dir', '/us')).toEqual(['/usr']);
});

test('ctdb-hook completion prints it', async () => {
  expect(await new HookNode().hook('completion')).toMatchObject({ status: 0, output: bashCompletion() });
});
