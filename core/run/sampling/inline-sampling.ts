import { deadlineIn } from '../../process/deadline.ts';
import { StopSignal } from '../../process/stop-signal.ts';
import type { Sampling } from './sampling.ts';

/** Takes each sample on the spot: for a process that ends with the event. */
export const inlineSampling: Sampling = {
  async sample({ limits, probe, signal }) {
    signal.throwIfAborted();
    const since = new Date();
    using stop = new StopSignal(deadlineIn(limits.timeoutMs), signal);
    const probing = probe(stop.signal);
    probing.catch(() => undefined); // Nobody waits for a probe that fails after it was told to stop.
    const first = await Promise.race([probing, stop.stopped]);
    if (first === 'cancelled') signal.throwIfAborted();
    if (typeof first === 'string') return { kind: 'late', since };
    return first.ok ? { kind: 'answered', answer: first } : { kind: 'answered', answer: first, since };
  },
};
