/** The answer of a ctdb command: rows of cells and, for a table that `-X` prints, their heading. */
export interface ControlAnswer {
  readonly heading?: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The text that the command prints. */
export function printedAnswer({ heading, rows }: ControlAnswer): string {
  if (heading === undefined) return rows.map((cells) => `${cells.join(' ')}\n`).join('');
  return [heading, ...rows].map((cells) => `|${cells.join('|')}|\n`).join('');
}
