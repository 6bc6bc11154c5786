/** What each of several measurements gave, round by round, in milliseconds. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** Does once what is measured, and returns how long it took, in milliseconds. */
export type Measurement = () => number | Promise<number>;

/** How long measuring goes on. */
export interface Limits {
  readonly rounds: number;
  /** The least number of rounds that say anything. */
  readonly roundsMin: number;
  /** No round begins after this time, in milliseconds. */
  readonly limitMs: number;
}

/**
 * Measures several things in turns, so that whatever else the computer does slows all of them down alike. Every second
 * round goes backwards: none always comes after the same one. One round before the first fills the caches.
 *
 * @throws Error if fewer rounds than the least fit into the time.
 */
export async function takeTurns(
  measurements: Readonly<Record<string, Measurement>>,
  { rounds, roundsMin, limitMs }: Limits,
): Promise<Samples> {
  const cases = Object.entries(measurements).map(([name, measure]) => ({
    name,
    measure,
    tookMs: [] as number[],
  }));
  for (const { measure } of cases) await measure();
  const deadline = performance.now() + limitMs;
  for (let round = 0; round < rounds; round += 1) {
    if (performance.now() > deadline) {
      if (round >= roundsMin) break;
      throw new Error(
        `Only ${round} rounds in ${limitMs / 1000} seconds, expected ${roundsMin}: this computer is too busy`,
      );
    }
    const order = round % 2 === 0 ? cases : cases.toReversed();
    for (const { measure, tookMs } of order) tookMs.push(await measure());
  }
  return Object.fromEntries(cases.map(({ name, tookMs }) => [name, tookMs]));
}
