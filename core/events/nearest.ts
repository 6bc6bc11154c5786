/**
 * The candidate that a misspelt word most likely meant, or undefined if none is near.
 *
 * @param distanceMax how many letters may differ; without it two, or two fifths of them
 */
export function nearest(
  word: string,
  candidates: readonly string[],
  distanceMax?: number,
): string | undefined {
  const lower = word.toLowerCase();
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best === undefined) return undefined;
  const limit = distanceMax ?? Math.max(2, Math.ceil(best.candidate.length / 2.5));
  return best.distance <= limit ? best.candidate : undefined;
}

/** How many letters must be inserted, deleted or replaced to get from one word to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(to).entries()) {
      const replace = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
