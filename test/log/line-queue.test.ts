import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { LineQueue } from '../../core/log/line-queue.ts';
import type { Sink } from '../../core/log/sink.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A sink that a test lets go on or fail, and what it got. */
class Gate implements Sink {
  readonly name = 'the gate';
  readonly got: string[] = [];
  opened = 0;
  closed = false;
  fault: Error | undefined;
  hold: Promise<void> = Promise.resolve();

  async send(lines: readonly Buffer[]): Promise<void> {
    await this.hold;
    if (this.fault !== undefined) throw this.fault;
    this.got.push(...lines.map(String));
  }

  reopen(): void {
    this.opened += 1;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function queueTo(sink: Sink): { queue: LineQueue; problems: string[] } {
  const problems: string[] = [];
  const queue = new LineQueue(sink, {
    lost: (count) => Buffer.from(`lost ${count}`),
    onProblem: (message) => {
      problems.push(message);
    },
  });
  return { queue, problems };
}

it('sends lines in order, and closing waits for them', async () => {
  const gate = new Gate();
  const { queue, problems } = queueTo(gate);
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
  for (const line of lines) queue.push(Buffer.from(line));
  await queue.close();
  expect(gate.got).toEqual(lines);
  expect({ closed: gate.closed, problems }).toEqual({ closed: true, problems: [] });
});

it('loses what finds no room while its sink hangs, and tells how many', async () => {
  const gate = new Gate();
  const held = Promise.withResolvers<undefined>();
  gate.hold = held.promise.then(() => undefined);
  const { queue } = queueTo(gate);
  const line = Buffer.alloc(1000, 'x');
  for (let index = 0; index < 3000; index += 1) queue.push(line);
  held.resolve(undefined);
  await vi.waitFor(() => {
    expect(gate.got.at(-1)).toMatch(/^lost \d+$/);
  });
  const kept = gate.got.length - 1;
  expect(kept).toBeLessThan(1100);
  expect(gate.got.at(-1)).toBe(`lost ${3000 - kept}`);
});

it('reports a sink that fails once, tries again in growing pauses, and reports the next failure', async () => {
  vi.useFakeTimers();
  const gate = new Gate();
  const { queue, problems } = queueTo(gate);
  gate.fault = new Error('ENOSPC: no space left on device');
  queue.push(Buffer.from('one'));
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  queue.push(Buffer.from('two'));
  expect(problems).toEqual(['Cannot log to the gate: ENOSPC: no space left on device; trying again']);
  gate.fault = undefined;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(gate.got).toEqual(['one', 'two']);
  gate.fault = new Error('EIO');
  queue.push(Buffer.from('three'));
  await vi.advanceTimersByTimeAsync(0);
  expect(problems).toHaveLength(2);
});

it('tries at once when it is told to reopen', async () => {
  vi.useFakeTimers();
  const gate = new Gate();
  const { queue } = queueTo(gate);
  gate.fault = new Error('ENOENT');
  queue.push(Buffer.from('one'));
  await vi.advanceTimersByTimeAsync(0);
  gate.fault = undefined;
  queue.reopen();
  await vi.advanceTimersByTimeAsync(0);
  expect({ got: gate.got, opened: gate.opened }).toEqual({ got: ['one'], opened: 1 });
});

it('closing a queue whose sink hangs takes a second at most', async () => {
  vi.useFakeTimers();
  const gate = new Gate();
  gate.hold = new Promise(() => undefined);
  const { queue } = queueTo(gate);
  queue.push(Buffer.from('one'));
  let closed = false;
  void queue.close().then(() => {
    closed = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(closed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(closed).toBe(true);
});

it('a listener that throws does not stop it', async () => {
  vi.useFakeTimers();
  const gate = new Gate();
  const queue = new LineQueue(gate, {
    lost: () => Buffer.alloc(0),
    onProblem: () => {
      throw new Error('a bug');
    },
  });
  gate.fault = new Error('EIO');
  queue.push(Buffer.from('one'));
  await vi.advanceTimersByTimeAsync(0);
  gate.fault = undefined;
  await vi.advanceTimersByTimeAsync(100);
  expect(gate.got).toEqual(['one']);
});

it('whatever fails in between, every line comes, in order, each once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('push', 'fail', 'work', 'wait'), { maxLength: 40 }),
      async (steps) => {
        const gate = new Gate();
        const { queue } = queueTo(gate);
        const pushed: string[] = [];
        for (const step of steps) {
          if (step === 'fail') gate.fault = new Error('EIO');
          else if (step === 'work') gate.fault = undefined;
          else if (step === 'wait') await Promise.resolve();
          else queue.push(Buffer.from(String(pushed.push('') - 1)));
        }
        gate.fault = undefined;
        await queue.close();
        expect(gate.got).toEqual(pushed.map((_, index) => String(index)));
      },
    ),
  );
});
