/**
 * In how many takeover runs addresses moved since a point in time, by what all nodes of a cluster logged: the one that had
 * the first released, and those begun until the last was taken.
 */
export function takeoverRunsIn(log: string, since: Date): number {
  const atLeast = since.toISOString().slice(0, -1);
  const timesOf = (what: string): string[] =>
    log
      .split('\n')
      .filter((line) => line.includes(what) && line >= atLeast)
      .map((line) => line.slice(0, timeLength))
      .toSorted();
  const [first] = timesOf('Release of IP ');
  const last = timesOf('Takeover of IP ').at(-1);
  if (first === undefined || last === undefined) return 0;
  return 1 + timesOf('Takeover run starting').filter((time) => time > first && time < last).length;
}

/** Of a line's time to the microsecond, as in `2026-11-28T02:07:12.625249+00:00`; the nodes share a clock, which is at UTC. */
const timeLength = '2026-11-28T02:07:12.625249'.length;
