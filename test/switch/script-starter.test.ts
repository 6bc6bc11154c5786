import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { scriptStarterText } from '../../core/switch/script-starter.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

test('a program that npm is writing is busy: CTDB’s own script runs in its place', async () => {
  const directory = temporaryDirectory();
  const hook = join(directory, 'ctdb-hook');
  plant(directory, {
    'ctdb-hook': script('echo ours "$@"'),
    '60.x.script': { text: scriptStarterText(hook), mode: 0o755 },
    '60.x.script.stock': script('echo stock "$@"'),
  });
  const starter = join(directory, '60.x.script');
  const writing = openSync(hook, 'a');
  try {
    const { stdout, exitCode } = await execa(starter, ['releaseip', 'eth0'], { reject: false });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').at(-1)).toBe('stock releaseip eth0');
  } finally {
    closeSync(writing);
  }
  expect((await execa(starter, ['releaseip', 'eth0'])).stdout).toBe('ours releaseip eth0');
});
