import { OutputCap } from './output-cap.ts';
import type { ProcessRequest } from './start-process.ts';
import { type Ending, type Limits, supervise } from './run-within-limits.ts';

/** How a program ended, its output, and when. Times are milliseconds since the epoch. */
export type ProcessOutcome = Ending & {
  /** Both streams in order, as bytes. `OutputCap` says what happens to too much of it. */
  readonly output: Buffer;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
};

/** The limits of a program whose output is kept. */
export interface RunLimits extends Limits {
  readonly outputBytesMax: number;
}

/** Runs a program to its end and keeps its output. Never rejects because of the program. */
export async function runProcess(
  request: Omit<ProcessRequest, 'output'>,
  limits: RunLimits,
): Promise<ProcessOutcome> {
  const cap = new OutputCap(limits.outputBytesMax);
  const beganAtMs = Date.now();
  const onOutput = (chunk: Buffer) => {
    cap.add(chunk);
  };
  const ending = await supervise({ ...request, output: { kind: 'one-pipe', onOutput } }, limits);
  return { ...ending, output: cap.output(), beganAtMs, endedAtMs: Date.now() };
}
