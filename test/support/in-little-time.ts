/**
 * Gives an event a second, and twice as much as long as that is over before what is to be seen has begun: on a machine that
 * is very slow just now Node alone takes longer to start.
 */
export async function inLittleTime<Result>(
  run: (timeoutS: string) => Promise<Result>,
  hasBegun: (result: Result) => boolean,
): Promise<Result> {
  for (let timeoutS = 1; ; timeoutS *= 2) {
    const result = await run(String(timeoutS));
    if (hasBegun(result) || timeoutS >= 16) return result;
  }
}
