import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { startBackground } from '../../core/process/start-background.ts';
import { describeBackends, environment, numbersIn } from './fixture.ts';
import { isRunning } from '../support/is-running.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const run = promisify(execFile);

describeBackends('a background program', () => {
  it('appends what it says to a file', async () => {
    const path = `${temporaryDirectory()}/log`;
    writeFileSync(path, 'before\n');
    const command = ['sh', '-c', 'echo out; echo err >&2'] as const;
    expect(await startBackground({ command, environment, output: { path } })).toMatchObject({
      kind: 'started',
    });
    await vi.waitFor(() => {
      expect(readFileSync(path, 'utf8')).toBe('before\nout\nerr\n');
    }, 10_000);
  });

  it('is in a session of its own', async () => {
    const path = `${temporaryDirectory()}/stat`;
    const started = await startBackground({
      command: ['cat', '/proc/self/stat'],
      environment,
      output: { path },
    });
    const pid = started.kind === 'started' ? String(started.pid) : '';
    await vi.waitFor(() => {
      const [itself, , , , group, session] = readFileSync(path, 'utf8').split(' ');
      expect([itself, group, session]).toEqual([pid, pid, pid]);
    }, 10_000);
  });

  it('that is not there is not started', async () => {
    const command = ['/no/such/program'] as const;
    const started = await startBackground({ command, environment, output: 'nowhere' });
    expect(started).toEqual({ kind: 'not-started', code: 'ENOENT' });
  });

  it('whose log file cannot be opened is not started', async () => {
    const output = { path: '/no/such/directory/log' };
    const started = await startBackground({ command: ['true'], environment, output });
    expect(started).toEqual({ kind: 'not-started', code: 'ENOENT' });
  });

  it('outlives the process that started it, holds it up in nothing, and writes to its descriptor', async () => {
    const starter = new URL('start-background-and-end.ts', import.meta.url).pathname;
    const log = `${temporaryDirectory()}/log`;
    // Through a file, because a pipe of ours would be held by the background program, as it should be.
    const { stdout } = await run('sh', ['-c', `"$0" "$1" 2>"$2"`, process.execPath, starter, log]);
    const [pid = 0] = numbersIn(stdout);
    await vi.waitFor(() => {
      expect(readFileSync(log, 'utf8')).toContain('said in the background');
    }, 10_000);
    expect(isRunning(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});
