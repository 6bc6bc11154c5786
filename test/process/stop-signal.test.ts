import { expect, test } from 'vitest';
import { deadlineIn, isPast } from '../../core/process/deadline.ts';
import { StopSignal } from '../../core/process/stop-signal.ts';

test('who is told that the time is up finds it so, though timers count whole milliseconds and fire early', async () => {
  for (let timeMs = 0; timeMs < 10; timeMs += 0.19) {
    const deadline = deadlineIn(timeMs);
    using stop = new StopSignal(deadline);
    expect(await stop.stopped).toBe('timed-out');
    expect(isPast(deadline), `after ${timeMs} ms`).toBe(true);
    expect(stop.signal.aborted).toBe(true);
  }
});

test('a signal whose outer one ends sooner is ended by that', async () => {
  using outer = new StopSignal(deadlineIn(5));
  using inner = new StopSignal(deadlineIn(60_000), outer.signal);
  expect(await inner.stopped).toBe('timed-out');
});
