import { createHash } from 'node:crypto';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { deadlineIn } from '../../core/process/deadline.ts';
import { runProcess } from '../../core/process/run-process.ts';
import { inputBytesMax, startProcess } from '../../core/process/start-process.ts';
import { ample, describeBackends, environment, numbersIn, program, script } from './fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

describeBackends('a program is started', (backend) => {
  it('with the environment it was given and nothing else, letter for letter', async () => {
    const variables = {
      PATH: '/bin',
      EMPTY: '',
      QUOTED: `a "b" 'c' $d \\`,
      LINES: 'one\ntwo\n',
      UMLAUT: 'äöü €',
    };
    const { output } = await runProcess({ ...program('env', '-0'), environment: variables }, ample);
    // sh, which the fallback needs, may add variables of its own.
    const said = output
      .toString()
      .split('\0')
      .filter((entry) => entry !== '' && !/^(PWD|SHLVL|_)=/.test(entry));
    expect(said.sort()).toEqual(
      Object.entries(variables)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    );
  });

  it('without a variable whose value is undefined', async () => {
    const variables = { PATH: '/bin', ABSENT: undefined };
    const { output } = await runProcess({ ...program('env', '-0'), environment: variables }, ample);
    expect(output.toString()).not.toContain('ABSENT');
  });

  it('with its arguments as they are, empty ones included', async () => {
    const { output } = await runProcess(script('say-arguments', 'takeip', '', 'a b', '*', '-n'), ample);
    expect(output.toString().split('\n').slice(1)).toEqual(['<takeip>', '<>', '<a b>', '<*>', '<-n>', '']);
  });

  it('with descriptors 0, 1 and 2 and no other', async () => {
    const { output } = await runProcess(program('ls', '-l', '/proc/self/fd'), ample);
    const descriptors = [...output.toString().matchAll(/ (\d+) -> (.*)$/gm)].map(([, fd, to]) => ({
      fd,
      to,
    }));
    // Descriptor 3 is the directory that ls reads.
    const others = descriptors.filter(({ to }) => to?.endsWith('/fd') !== true);
    // The fallback lets through inherited descriptors above 15; a test runner may have been given some.
    const passed = backend === 'koffi' ? others : others.filter(({ fd }) => Number(fd) <= 15);
    expect(passed.map(({ fd }) => fd)).toEqual(['0', '1', '2']);
    expect(passed[0]?.to).toBe('/dev/null');
  });

  it('with SIGPIPE ignored, no other signal ignored and none blocked', async () => {
    const { output } = await runProcess(program('grep', '-E', '^Sig(Blk|Ign)', '/proc/self/status'), ample);
    expect(output.toString()).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000001000\n');
  });

  it('in a process group of its own, or in ours', async () => {
    const groups = await Promise.all(
      (['own', 'inherited'] as const).map(async (group) => {
        const { output } = await runProcess({ ...program('cat', '/proc/self/stat'), group }, ample);
        const [pid, , , , groupId] = output.toString().split(' ');
        return groupId === pid ? 'own' : Number(groupId);
      }),
    );
    const [, , , , ourGroup] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/\(.*\)/s, '()')
      .split(' ');
    expect(groups).toEqual(['own', Number(ourGroup)]);
  });

  it('in the working directory of this process', async () => {
    const { output } = await runProcess(program('readlink', '/proc/self/cwd'), ample);
    expect(output.toString().trim()).toBe(process.cwd());
  });

  it('and finds its streams by name, which sockets do not allow', async () => {
    const { output } = await runProcess(script('say-device-names'), ample);
    expect(output.toString()).toBe('out\nerr\n');
  });

  it('and reads what it was given on standard input to the end', async () => {
    const input = '1.2.3.4:445 5.6.7.8:1023\n'.repeat(10_000);
    const { output } = await runProcess({ ...program('sha256sum'), input }, ample);
    expect(output.toString()).toBe(`${createHash('sha256').update(input).digest('hex')}  -\n`);
  });

  it('and is seen to end after it closed its output', async () => {
    const request = program('sh', '-c', 'echo last; exec >&- 2>&-; sleep 0.1; exit 4');
    expect(await runProcess(request, ample)).toMatchObject({
      kind: 'exited',
      code: 4,
      output: Buffer.from('last\n'),
    });
  });

  it('and need not read what it was given on standard input', async () => {
    const input = 'x'.repeat(1024 * 1024);
    expect(await runProcess({ ...program('true'), input }, ample)).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('and finds the end of standard input at once when it was given nothing', async () => {
    expect(await runProcess(program('cat'), ample)).toMatchObject({ kind: 'exited', code: 0 });
  });

  it('with more arguments than the system takes: not started, E2BIG', async () => {
    const argv = ['true', ...Array.from({ length: 100 }, () => 'x'.repeat(100_000))] as ['true', ...string[]];
    expect(await runProcess({ ...program('true'), argv }, ample)).toMatchObject({
      kind: 'not-started',
      code: 'E2BIG',
    });
  });

  it('with a NUL in an argument: not started, EINVAL', async () => {
    expect(await runProcess(program('echo', 'a\0b'), ample)).toMatchObject({
      kind: 'not-started',
      code: 'EINVAL',
    });
  });

  it('with output to a descriptor that is not open: not started, EBADF', async () => {
    const request = { ...program('true'), output: { kind: 'descriptor', fd: 1_000_000 } } as const;
    const started = await startProcess(request);
    expect(started).toEqual({ kind: 'not-started', code: 'EBADF' });
  });

  it('with an input over the limit: an error of the caller', async () => {
    const request = {
      ...program('cat'),
      input: 'x'.repeat(inputBytesMax + 1),
      output: { kind: 'nowhere' },
    } as const;
    await expect(startProcess(request)).rejects.toThrow(
      `input of cat: expected at most ${inputBytesMax} bytes`,
    );
  });

  it('with output to nowhere and is still seen to end', async () => {
    const started = await startProcess({ ...script('exit-with', '7'), output: { kind: 'nowhere' } });
    expect(started.kind === 'started' && (await started.ended)).toEqual({ kind: 'exited', code: 7 });
  });

  describe('from a file that', () => {
    it.each([
      [
        'has no interpreter line is not started, ENOEXEC, and never run by sh',
        'no-interpreter-line',
        'ENOEXEC',
      ],
      ['names an interpreter that is missing is not started, ENOENT', 'missing-interpreter', 'ENOENT'],
      ['is not executable is not started, EACCES', 'not-executable', 'EACCES'],
      ['is not there is not started, ENOENT', 'no-such-script', 'ENOENT'],
      ['is a directory is not started, EACCES', '.', 'EACCES'],
      ['is below a file is not started, ENOTDIR', 'exit-with/below', 'ENOTDIR'],
    ])('%s', async (_title, name, code) => {
      const outcome = await runProcess(script(name), ample);
      expect(outcome).toMatchObject({ kind: 'not-started', code, output: Buffer.alloc(0) });
    });

    it('is a dangling link is not started, ENOENT', async () => {
      const directory = temporaryDirectory();
      symlinkSync(`${directory}/gone`, `${directory}/link`);
      const outcome = await runProcess({ ...script('x'), file: `${directory}/link` }, ample);
      expect(outcome).toMatchObject({ kind: 'not-started', code: 'ENOENT' });
    });

    it('vanished between two runs is not started the second time, ENOENT', async () => {
      const file = `${temporaryDirectory()}/script`;
      writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
      expect(await runProcess({ ...script('x'), file }, ample)).toMatchObject({ kind: 'exited', code: 0 });
      rmSync(file);
      expect(await runProcess({ ...script('x'), file }, ample)).toMatchObject({
        kind: 'not-started',
        code: 'ENOENT',
      });
    });

    it('is found through PATH of the environment given, not of this process', async () => {
      const directory = temporaryDirectory();
      writeFileSync(`${directory}/only-there`, '#!/bin/sh\necho found\n', { mode: 0o755 });
      const request = { ...program('only-there'), environment: { PATH: `/nonexistent:${directory}:/bin` } };
      expect((await runProcess(request, ample)).output.toString()).toBe('found\n');
    });

    it('is a plain file in PATH that nobody may execute is not started, EACCES', async () => {
      const directory = temporaryDirectory();
      writeFileSync(`${directory}/plain`, '#!/bin/sh\n', { mode: 0o644 });
      const request = { ...program('plain'), environment: { PATH: `${directory}:/bin` } };
      expect(await runProcess(request, ample)).toMatchObject({ kind: 'not-started', code: 'EACCES' });
    });
  });
});

describe('with koffi, where the fallback differs', () => {
  beforeEach(() => {
    process.env['CTDB_HOOK_SPAWN'] = 'koffi';
  });

  it('a compiled program sees the argv[0] it was given', async () => {
    const request = { ...program('/bin/cat'), argv: ['60.nfs', '/proc/self/cmdline'] as const };
    const { output } = await runProcess(request, ample);
    expect(output.toString()).toBe('60.nfs\0/proc/self/cmdline\0');
  });

  it('names and values that are no text of a shell arrive byte for byte', async () => {
    const variables = { ...environment, 'a.b%%': 'x', BYTES: '\udcff\udcfe\udc80' };
    const { output } = await runProcess({ ...program('env', '-0'), environment: variables }, ample);
    expect(output.toString('latin1').split('\0')).toEqual(
      expect.arrayContaining(['a.b%%=x', 'BYTES=\xff\xfe\x80']),
    );
  });

  it('the end of a program is seen even if somebody removed all listeners of SIGCHLD', async () => {
    await runProcess(program('true'), ample);
    const listeners = process.listeners('SIGCHLD');
    process.removeAllListeners('SIGCHLD');
    // Nobody waits for this one, so it alone would be looked for only now and then.
    const beside = await startProcess({ ...program('sleep', '60'), output: { kind: 'nowhere' } });
    if (beside.kind === 'started') beside.unref();
    try {
      const limits = { ...ample, deadline: deadlineIn(20_000) };
      expect(await runProcess(script('exit-with', '3'), limits)).toMatchObject({ kind: 'exited', code: 3 });
    } finally {
      if (beside.kind === 'started') process.kill(beside.pid, 'SIGKILL');
      for (const listener of listeners) process.on('SIGCHLD', listener);
    }
  });

  it('a real-time signal ends a program by that signal', async () => {
    const outcome = await runProcess(script('kill-itself', '40'), ample);
    expect(outcome).toMatchObject({ kind: 'signalled', signal: 40 });
    expect(numbersIn(outcome.output)).toEqual([]);
  });
});
