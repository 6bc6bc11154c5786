import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Found, Scenario } from './reused-pid/scenarios.ts';

/** Runs it in a process namespace, in which root may choose the number that the next process gets. */
async function run(scenario: Scenario, backend = 'koffi'): Promise<Found> {
  const program = new URL('reused-pid/scenarios.ts', import.meta.url).pathname;
  const node = ['sh', `${packageRoot}/.config/node`, '--conditions=source', program, scenario];
  const { stdout } = await promisify(execFile)(
    'unshare',
    ['--pid', '--fork', '--kill-child', '--mount-proc', ...node, temporaryDirectory()],
    { env: { ...process.env, CTDB_HOOK_SPAWN: backend }, timeout: 100_000 },
  );
  return JSON.parse(stdout) as Found;
}

test('the number of a program that ended while it was looked at is no other process until all signals were sent', async () => {
  expect(await run('outOfTime')).toEqual({ isGivenOut: false, survives: true, isFreeInTheEnd: true });
});

test('where Node waits for a program, who gets its number is not signalled', async () => {
  expect(await run('outOfTime', 'execa')).toMatchObject({ isGivenOut: true, survives: true });
});

test.each<[string, Scenario]>([
  ['a descendant of a program', 'descendant'],
  ['a command of a plugin host', 'command'],
  ['a plugin host that was waited for', 'host'],
])('who gets the number of %s is not signalled', async (_what, scenario) => {
  expect(await run(scenario)).toEqual({ isGivenOut: true, survives: true });
});

test('that ctdbd is gone is noticed though another process has its number', async () => {
  expect(await run('parent')).toEqual({ isGivenOut: true, survives: true });
});
