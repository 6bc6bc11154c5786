import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { runProcess } from '../../core/process/run-process.ts';
import {
  ample,
  childrenRunning,
  describeBackends,
  numbersIn,
  openDescriptors,
  program,
  script,
  zombies,
} from './fixture.ts';
import { isRunning } from '../support/is-running.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const patienceMs = 120_000;

describeBackends('a program that ends by itself', () => {
  it.each([0, 1, 63, 64, 126, 127, 254, 255])('exited with %i', async (code) => {
    expect(await runProcess(script('exit-with', String(code)), ample)).toMatchObject({
      kind: 'exited',
      code,
    });
  });

  it.each([
    ['TERM', 15],
    ['KILL', 9],
    ['SEGV', 11],
  ])('was ended by SIG%s', async (name, signal) => {
    expect(await runProcess(script('kill-itself', name), ample)).toMatchObject({ kind: 'signalled', signal });
  });

  it('began before it ended', async () => {
    const before = Date.now();
    const { beganAtMs, endedAtMs } = await runProcess(program('true'), ample);
    expect([before, beganAtMs, endedAtMs, Date.now()].toSorted((a, b) => a - b)).toEqual([
      before,
      beganAtMs,
      endedAtMs,
      expect.any(Number),
    ]);
  });

  it('said both streams in the order in which it wrote them', async () => {
    const { output } = await runProcess(script('alternate-streams'), ample);
    expect(output.toString()).toBe(Array.from({ length: 200 }, (_, index) => `line ${index + 1}\n`).join(''));
  });

  it('said everything it wrote before it exited, every time', { timeout: patienceMs }, async () => {
    const lengths = new Set<number>();
    for (let run = 0; run < 30; run += 1) {
      lengths.add((await runProcess(script('say-60000-bytes'), ample)).output.length);
    }
    expect([...lengths]).toEqual([60_000]);
  });

  it('said bytes, whether or not they are text', async () => {
    const { output } = await runProcess(script('say-invalid-utf8'), ample);
    expect(output.toString('latin1')).toBe('before \xff\xfe\0\x80 after\n');
  });

  it('said more than is kept, and the last line tells how much', async () => {
    const { output } = await runProcess(script('say-60000-bytes'), { ...ample, outputBytesMax: 1000 });
    expect(output.toString()).toBe(`${'x'.repeat(1000)}\n[output cut: 59000 bytes more]\n`);
  });

  it('ended although a child of it still holds its output, and that child is left alone', async () => {
    const outcome = await runProcess(script('leave-background-child'), ample);
    const [child = 0] = numbersIn(outcome.output);
    expect(outcome).toMatchObject({ kind: 'exited', code: 0 });
    expect(isRunning(child)).toBe(true);
    process.kill(child, 'SIGKILL');
  });

  it('left a child whose later writes fail and do not kill it', async () => {
    const proof = `${temporaryDirectory()}/survived`;
    await runProcess(script('write-after-exit', proof), ample);
    await vi.waitFor(() => {
      expect(existsSync(proof)).toBe(true);
    }, 10_000);
  });
});

describeBackends('a program that is out of time', () => {
  const soon = () => ({ ...ample, deadline: performance.now() + 300 });

  it('is timed out, with its children and what they said so far', async () => {
    const outcome = await runProcess(script('start-family'), soon());
    const pids = numbersIn(outcome.output);
    expect(outcome).toMatchObject({ kind: 'timed-out', left: [] });
    expect(pids).toHaveLength(3);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('is timed out with its children in the group of this process, which is not harmed', async () => {
    const outcome = await runProcess({ ...script('start-family'), group: 'inherited' }, soon());
    const pids = numbersIn(outcome.output);
    expect(outcome).toMatchObject({ kind: 'timed-out', left: [] });
    expect(pids).toHaveLength(3);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it.each(['own', 'inherited'] as const)('is killed if it ignores SIGTERM (group: %s)', async (group) => {
    const outcome = await runProcess({ ...script('ignore-sigterm'), group }, { ...soon(), graceMs: 100 });
    expect(outcome).toMatchObject({ kind: 'timed-out', left: [] });
    expect(numbersIn(outcome.output)).toHaveLength(1);
    expect(numbersIn(outcome.output).filter(isRunning)).toEqual([]);
  });

  it('is timed out however much it says, and the last line tells how much', async () => {
    const outcome = await runProcess(script('say-without-end'), { ...soon(), outputBytesMax: 10_000 });
    expect(outcome.kind).toBe('timed-out');
    expect(outcome.output.subarray(10_000).toString()).toMatch(
      /^\n\[output cut: [1-9][0-9]* bytes more\]\n$/,
    );
  });

  it('is timed out when it has not read what it was given', async () => {
    const input = 'x'.repeat(1024 * 1024);
    expect(await runProcess({ ...program('sleep', '60'), input }, soon())).toMatchObject({
      kind: 'timed-out',
    });
  });

  it('before it starts is not started', async () => {
    const proof = `${temporaryDirectory()}/proof`;
    const outcome = await runProcess(program('touch', proof), { ...ample, deadline: performance.now() - 1 });
    expect(outcome).toMatchObject({ kind: 'timed-out', afterMs: 0, left: [] });
    expect(existsSync(proof)).toBe(false);
  });
});

describeBackends('a program that is cancelled', () => {
  it.each(['own', 'inherited'] as const)(
    'is gone with its children, SIGTERM or not (group: %s)',
    async (group) => {
      const controller = new AbortController();
      const running = runProcess(
        { ...script('ignore-sigterm'), group },
        { ...ample, signal: controller.signal },
      );
      await vi.waitFor(() => {
        expect(childrenRunning()).toContain('sleep');
      }, 10_000);
      controller.abort();
      const outcome = await running;
      expect(outcome).toMatchObject({ kind: 'cancelled', left: [] });
      expect(numbersIn(outcome.output).filter(isRunning)).toEqual([]);
      expect(childrenRunning()).not.toContain('sleep');
    },
  );

  it('before it starts is not started', async () => {
    const proof = `${temporaryDirectory()}/proof`;
    const outcome = await runProcess(program('touch', proof), { ...ample, signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ kind: 'cancelled', left: [] });
    expect(existsSync(proof)).toBe(false);
  });

  it('while it is being started is gone', async () => {
    const controller = new AbortController();
    const running = runProcess(script('ignore-sigterm'), { ...ample, signal: controller.signal });
    await nextTurn();
    controller.abort();
    expect(await running).toMatchObject({ kind: 'cancelled', left: [] });
  });

  it('after it was out of time stays timed out, and is killed at once', async () => {
    const controller = new AbortController();
    const limits = {
      ...ample,
      deadline: performance.now() + 200,
      graceMs: 60_000,
      signal: controller.signal,
    };
    const running = runProcess(script('ignore-sigterm'), limits);
    setTimeout(() => {
      controller.abort();
    }, 400);
    expect(await running).toMatchObject({ kind: 'timed-out', left: [] });
  });
});

describeBackends('many programs', (backend) => {
  it('one after the other leave no zombie and no descriptor', { timeout: patienceMs }, async () => {
    await runProcess(program('true'), ample);
    const before = openDescriptors();
    // The fallback takes ten times as long for each.
    const runs = backend === 'koffi' ? 500 : 100;
    for (let run = 0; run < runs; run += 1) {
      const outcome = await runProcess(script('exit-with', String(run % 64)), ample);
      expect(outcome).toMatchObject({ kind: 'exited', code: run % 64 });
    }
    await nextTurn();
    expect(zombies()).toEqual([]);
    expect(openDescriptors()).toBe(before);
  });

  it('that cannot be started leave no descriptor', async () => {
    await runProcess(script('no-interpreter-line'), ample);
    const before = openDescriptors();
    for (let run = 0; run < 20; run += 1)
      await runProcess({ ...script('no-interpreter-line'), input: 'x' }, ample);
    await nextTurn();
    expect(openDescriptors()).toBe(before);
  });

  it('at once each have their own output and status', { timeout: patienceMs }, async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, code) =>
        runProcess(program('sh', '-c', `echo ${code}; exit ${code}`), ample),
      ),
    );
    expect(
      outcomes.map((outcome) => [outcome.kind === 'exited' && outcome.code, outcome.output.toString()]),
    ).toEqual(Array.from({ length: 50 }, (_, code) => [code, `${code}\n`]));
  });
});
