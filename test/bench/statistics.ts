/** The middle of the values, or the mean of the two in the middle. @throws Error if there are none. */
export function median(values: readonly number[]): number {
  const half = (values.length - 1) / 2;
  return (ranked(values, Math.floor(half)) + ranked(values, Math.ceil(half))) / 2;
}

/** The sum of the values by their number: for what comes in lumps, all of which count. @throws Error if there are none. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new Error('No values, expected at least one');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The least value that 95 of 100 do not exceed (nearest rank). @throws Error if there are none. */
export function p95(values: readonly number[]): number {
  return ranked(values, Math.ceil(0.95 * values.length) - 1);
}

/**
 * How many times as large the values are as others of the same rounds: the median of the ratios, round by round, so that
 * what slows a whole round down does not count.
 *
 * @throws Error if there are none, or not as many of the others.
 */
export function pairedRatio(values: readonly number[], others: readonly number[]): number {
  if (values.length !== others.length) {
    throw new Error(`${values.length} values cannot be paired with ${others.length}, expected as many`);
  }
  return median(values.map((value, round) => value / (others[round] ?? NaN)));
}

function ranked(values: readonly number[], rank: number): number {
  const value = values.toSorted((a, b) => a - b)[rank];
  if (value === undefined) throw new Error('No values, expected at least one');
  return value;
}
