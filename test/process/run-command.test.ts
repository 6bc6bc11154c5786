import { expect, it, vi } from 'vitest';
import { signalLiveFamilies } from '../../core/process/live-families.ts';
import { runCommand, type CommandRequest } from '../../core/process/run-command.ts';
import type { CommandOutcome } from '../../core/plugin/context.ts';
import { ample, describeBackends, environment, numbersIn, scripts } from './fixture.ts';
import { isRunning } from '../support/is-running.ts';

const command = (...words: CommandRequest['command']) =>
  ({ command: words, environment, group: 'own', streams: 'two' }) as const;

describeBackends('a command', () => {
  it('answers its status and each stream apart', async () => {
    const outcome: CommandOutcome = await runCommand(
      command('sh', '-c', 'echo out; echo err >&2; exit 3'),
      ample,
    );
    expect(outcome).toEqual({ ok: false, code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('is ok when it exits with 0', async () => {
    expect(await runCommand(command('true'), ample)).toEqual({ ok: true, code: 0, stdout: '', stderr: '' });
  });

  it('answers both streams in order when they are one, and tells them as they come', async () => {
    const told: Buffer[] = [];
    const request = { ...command(`${scripts}alternate-streams`), streams: 'one' } as const;
    const { stdout, stderr } = await runCommand({ ...request, onOutput: (chunk) => told.push(chunk) }, ample);
    expect(stdout).toBe(Array.from({ length: 200 }, (_, index) => `line ${index + 1}\n`).join(''));
    expect([Buffer.concat(told).toString(), stderr]).toEqual([stdout, '']);
  });

  it('that is not found answers 127 and says so', async () => {
    const outcome = await runCommand(command('no-such-command'), ample);
    expect(outcome).toEqual({
      ok: false,
      code: 127,
      stdout: '',
      stderr: 'no-such-command: command not found\n',
    });
  });

  it('that cannot be executed answers 126 and says why', async () => {
    const file = `${scripts}not-executable`;
    const outcome = await runCommand({ ...command(file), streams: 'one' }, ample);
    expect(outcome).toEqual({
      ok: false,
      code: 126,
      stdout: `${file}: cannot execute: EACCES\n`,
      stderr: '',
    });
  });

  it('that is ended by signal N answers 128 + N', async () => {
    expect(await runCommand(command('sh', '-c', 'kill -KILL $$'), ample)).toMatchObject({
      ok: false,
      code: 137,
    });
  });

  it('that is out of its own time answers 124, with what it said', async () => {
    const request = command('sh', '-c', 'echo said; exec sleep 60');
    expect(await runCommand(request, { ...ample, timeoutMs: 300 })).toMatchObject({
      code: 124,
      stdout: 'said\n',
    });
  });

  it('is bound by the deadline of the event even if its own time is longer', async () => {
    const limits = { ...ample, deadline: performance.now() + 200, timeoutMs: 60_000 };
    expect(await runCommand(command('sleep', '60'), limits)).toMatchObject({ ok: false, code: 124 });
  });

  it('reads its input', async () => {
    expect(await runCommand({ ...command('cat'), input: 'äöü\n' }, ample)).toMatchObject({ stdout: 'äöü\n' });
  });

  it('that says what is not UTF-8 answers with it replaced', async () => {
    const { stdout } = await runCommand(command(`${scripts}say-invalid-utf8`), ample);
    expect(stdout).toBe('before \ufffd\ufffd\0\ufffd after\n');
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
      expect(await running).toMatchObject({ ok: false, code: 143 });
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
