import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { bytesOf, plainOrBytes, textOf } from '../../core/text/bytes-as-text.ts';
import { signalLiveFamilies } from '../../core/process/live-families.ts';
import { runCommand, type CommandRequest } from '../../core/process/run-command.ts';
import type { CommandOutcome } from '../../core/plugin-api/context.ts';
import { ample, describeBackends, environment, numbersIn, scripts } from './fixture.ts';
import { isRunning } from '../support/is-running.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const command = (...words: CommandRequest['command']) =>
  ({ command: words, environment, group: 'own', streams: 'two' }) as const;

describeBackends('a command', () => {
  it('answers its status and each stream apart', async () => {
    const outcome: CommandOutcome = await runCommand(
      command('sh', '-c', 'echo out; echo err >&2; exit 3'),
      ample,
    );
    expect(outcome).toEqual({ ended: 'exited', ok: false, code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('is ok when it exits with 0', async () => {
    expect(await runCommand(command('true'), ample)).toEqual({
      ended: 'exited',
      ok: true,
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('answers both streams in order when they are one, and tells them as they come', async () => {
    const told: Buffer[] = [];
    const request = { ...command(`${scripts}alternate-streams`), streams: 'one' } as const;
    const { stdout, stderr } = await runCommand({ ...request, onOutput: (chunk) => told.push(chunk) }, ample);
    expect(stdout).toBe(Array.from({ length: 200 }, (_, index) => `line ${index + 1}\n`).join(''));
    expect([Buffer.concat(told).toString(), stderr]).toEqual([stdout, '']);
  });

  it('that is not found has no status, and says so', async () => {
    const outcome = await runCommand(command('no-such-command'), ample);
    expect(outcome).toEqual({
      ended: 'not-started',
      ok: false,
      errno: 'ENOENT',
      stdout: '',
      stderr: 'no-such-command: command not found\n',
    });
  });

  it('that cannot be executed has no status, and says why', async () => {
    const file = `${scripts}not-executable`;
    const outcome = await runCommand({ ...command(file), streams: 'one' }, ample);
    expect(outcome).toEqual({
      ended: 'not-started',
      ok: false,
      errno: 'EACCES',
      stdout: `${file}: cannot execute: EACCES\n`,
      stderr: '',
    });
  });

  it('that is ended by a signal has no status, but that', async () => {
    expect(await runCommand(command('sh', '-c', 'kill -KILL $$'), ample)).toMatchObject({
      ended: 'signalled',
      ok: false,
      signal: 9,
    });
  });

  it('that is out of its own time has no status, and answers what it said until then', async () => {
    const request = command('sh', '-c', 'echo said; exec sleep 60');
    expect(await runCommand(request, { ...ample, timeoutMs: 300 })).toMatchObject({
      ended: 'timed-out',
      ok: false,
      stdout: 'said\n',
    });
  });

  it('is bound by the deadline of the event even if its own time is longer', async () => {
    const limits = { ...ample, deadline: performance.now() + 200, timeoutMs: 60_000 };
    expect(await runCommand(command('sleep', '60'), limits)).toMatchObject({
      ok: false,
      ended: 'timed-out',
    });
  });

  it('reads its input', async () => {
    expect(await runCommand({ ...command('cat'), input: 'äöü\n' }, ample)).toMatchObject({ stdout: 'äöü\n' });
  });

  it('that says more than is kept of it has not answered, unless it was to act', async () => {
    const limits = { ...ample, outputBytesMax: 3 };
    const request = command('sh', '-c', 'echo abcd; echo efgh >&2');
    const said = { stdout: 'abc', stderr: 'efg\n[output cut: 2 bytes more]\n' };
    expect(await runCommand(request, limits)).toEqual({ ended: 'cut', ok: false, ...said });
    const acting = { ...request, isCutAnswer: true };
    expect(await runCommand(acting, limits)).toEqual({ ended: 'exited', ok: true, code: 0, ...said });
  });

  it('that says what is not UTF-8 answers text that stands for the same bytes', async () => {
    const { stdout } = await runCommand(command(`${scripts}say-invalid-utf8`), ample);
    expect(bytesOf(stdout)).toEqual(execFileSync(`${scripts}say-invalid-utf8`));
  });

  it('gets words, variables and input that are not UTF-8 byte for byte', async () => {
    const directory = temporaryDirectory();
    const name = textOf(Buffer.from(`${directory}/caf\xe9 "\xa4$x'\\`, 'latin1'));
    copyFileSync('/usr/bin/sh', plainOrBytes(name));
    const script = 'printf "%s|" "$1" "$0" "$BYTES"; cat';
    const words = ['ü\udcff \udce9\n\n', '\udc80%b\\n\udc81'] as const;
    const { stdout } = await runCommand(
      {
        ...command(name, '-c', script, ...words),
        environment: { ...environment, BYTES: '\udcc3\n' },
        input: '\udcc3\udcffä',
      },
      ample,
    );
    expect(stdout).toBe(`${words[1]}|${words[0]}|\udcc3\n|\udcc3\udcffä`);
  });

  it('that says a character in two pieces answers it whole', async () => {
    const { stdout } = await runCommand(
      command('sh', '-c', `printf '\\303'; sleep 0.05; printf '\\244'`),
      ample,
    );
    expect(stdout).toBe('ä');
  });

  it.each(['own', 'inherited'] as const)(
    'is ended with its children by signalLiveFamilies (%s)',
    async (group) => {
      let said = '';
      const onOutput = (chunk: Buffer) => (said += chunk.toString());
      const running = runCommand({ ...command(`${scripts}start-family`), group, onOutput }, ample);
      await vi.waitFor(() => {
        expect(numbersIn(said)).toHaveLength(3);
      }, 10_000);
      signalLiveFamilies('SIGTERM');
      expect(await running).toMatchObject({ ended: 'signalled', signal: 15 });
      await vi.waitFor(() => {
        expect(numbersIn(said).filter(isRunning)).toEqual([]);
      }, 10_000);
    },
  );
});

it('signalLiveFamilies without a program running does nothing', () => {
  expect(() => {
    signalLiveFamilies('SIGTERM');
  }).not.toThrow();
});
