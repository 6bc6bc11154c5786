import type { Manner } from './cells.ts';

/** When what happened in a move, in milliseconds since 1970. */
export interface Times {
  /** When all clients were connected, and the move began. */
  readonly beganMs: number;
  /** When the address began to be released. */
  readonly releasedMs: number;
  /** When idle clients asked again. */
  readonly askedMs: number;
}

/**
 * How long a client waited because of a move, in milliseconds: with a stream the longest time between two pieces, else from
 * when it asked, or when the address began to be released, to its first answer. Undefined if it had none.
 */
export function pauseOf(
  manner: Manner,
  answers: readonly number[],
  { beganMs, releasedMs, askedMs }: Times,
): number | undefined {
  switch (manner) {
    case 'read':
    case 'write':
      return longestGap(answers.filter((at) => at >= beganMs));
    case 'idle':
      return firstSince(askedMs, answers);
    case 'waiting':
    case 'fresh':
      return firstSince(releasedMs, answers);
  }
}

function longestGap(times: readonly number[]): number | undefined {
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return gaps.length === 0 ? undefined : Math.max(...gaps);
}

function firstSince(sinceMs: number, [first]: readonly number[]): number | undefined {
  if (first !== undefined && first < sinceMs)
    throw new Error(`A client had its answer ${sinceMs - first} ms too early, so it has not waited for it`);
  return first && first - sinceMs;
}
