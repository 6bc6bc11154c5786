/** Widest column, in characters. */
const widthMax = 60;

/** Two lists of lines beside each other, with what is only on one side marked. */
export function sideBySide(
  [leftTitle, left]: readonly [title: string, lines: readonly string[]],
  [rightTitle, right]: readonly [title: string, lines: readonly string[]],
): string {
  const cut = (text: string): string => (text.length > widthMax ? `${text.slice(0, widthMax - 1)}…` : text);
  const lines = [...left].map((line, at) => [line, right[at] ?? ''] as const);
  const more = right.slice(left.length).map((line) => ['', line] as const);
  const rows = [[leftTitle, rightTitle] as const, ...lines, ...more].map(
    ([one, other]) => [cut(one), cut(other)] as const,
  );
  const width = Math.max(...rows.map(([one]) => one.length));
  return rows
    .map(([one, other], at) =>
      `${at === 0 || one === other ? ' ' : '!'} ${one.padEnd(width)} | ${other}`.trimEnd(),
    )
    .join('\n');
}
