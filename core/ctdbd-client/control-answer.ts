/** What a ctdb command answers: rows of cells and, of a table that `-X` prints, their heading. */
export interface ControlAnswer {
  readonly heading?: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the command prints then. */
export function printedAnswer({ heading, rows }: ControlAnswer): string {
  if (heading === undefined) return rows.map((cells) => `${cells.join(' ')}\n`).join('');
  return [heading, ...rows].map((cells) => `|${cells.join('|')}|\n`).join('');
}
