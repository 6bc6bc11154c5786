/** A row of a table that `ctdb -X` prints. */
export interface TableRow {
  /** The line as it stands. */
  readonly line: string;
  /** What is between its bars, none if it does not begin with one. */
  readonly cells: readonly string[];
}

/** Reads a heading, which is left out, and rows `|a|b|c|`. */
export function tableRows(table: string): TableRow[] {
  const [, ...lines] = table.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ line, cells: line.startsWith('|') ? line.split('|').slice(1, -1) : [] }));
}
