/** The number of a node in what `ctdb pnn` prints: `PNN:0` with old ctdbds, `0` with today's; undefined if it is none. */
export function parsePnn(text: string): number | undefined {
  const [, pnn] = /^(?:PNN:)?(\d{1,9})$/.exec(text.trim()) ?? [];
  return pnn === undefined ? undefined : Number(pnn);
}
