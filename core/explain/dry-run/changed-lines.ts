/** Most lines that are told of a change. */
const linesMax = 100;

/** The lines that a text has more than another, and those that it has no more, each in their order. */
export function changedLines(
  before: string,
  after: string,
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const [old, now] = [linesOf(before), linesOf(after)];
  return { added: without(now, old), removed: without(old, now) };
}

const linesOf = (text: string): string[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => line !== '');

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  const more = lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
  return more.slice(0, linesMax);
}
