import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { scriptStarterText } from '../../core/switch/script-starter.ts';
import { hook } from '../support/hook-node.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

/** A link to a starter of this program, and the script that CTDB has in its place. */
function linkTo(program: string): { directory: string; link: string } {
  const directory = temporaryDirectory();
  plant(directory, {
    'ctdb-hook': { text: program, mode: 0o755 },
    '60.x.script': { text: scriptStarterText(join(directory, 'ctdb-hook')), mode: 0o755 },
    '60.x.script.stock': script('echo stock "$@"'),
  });
  return { directory, link: join(directory, '60.x.script') };
}

test('the starter runs the program with the words of its call', async () => {
  const { link } = linkTo('trap - EXIT\necho ours "$CTDB_HOOK_PROGRAM" "$@"; exit 3\n');
  const { stdout, exitCode } = await execa(link, ['releaseip', 'a b'], { reject: false });
  expect(stdout).toMatch(/^ours .*\/ctdb-hook releaseip a b$/);
  expect(exitCode).toBe(3);
});

test('of a program that npm has half written nothing is run: CTDB’s own script runs in its place', async () => {
  const program = readFileSync(hook, 'latin1');
  const lengths = Array.from({ length: 24 }, (_, part) => Math.floor((part * program.length) / 24));
  for (const length of [...lengths, program.length - 2, program.length - 3, program.length - 4]) {
    const { link } = linkTo(program.slice(0, length));
    const { stdout, exitCode } = await execa(link, ['releaseip', 'eth0'], { reject: false });
    expect({ length, exitCode, said: stdout.split('\n').at(-1) }).toEqual({
      length,
      exitCode: 0,
      said: 'stock releaseip eth0',
    });
  }
});
