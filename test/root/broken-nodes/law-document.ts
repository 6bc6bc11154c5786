import type { FaultName } from './faults.ts';
import { lawEvents } from './law-events.ts';
import type { LawMode } from './law-node.ts';
import { lawTable } from './law-table.ts';

const inWords: Readonly<Record<LawMode, string>> = {
  daemon: 'Under the event daemon',
  link: 'By links, under CTDB’s own event daemon',
  run: 'By `ctdb-hook run`',
};

/** The table as Markdown, for README.md beside this file. */
export function lawDocument(): string {
  return (Object.keys(inWords) as LawMode[])
    .map((mode) => `## ${inWords[mode]}\n\n${tableOf(mode)}`)
    .join('\n');
}

function tableOf(mode: LawMode): string {
  const events = [...new Set(lawEvents.map(({ name }) => name))];
  const rows = Object.entries(lawTable).map(([fault, row]) => rowOf(fault as FaultName, row[mode], events));
  const head = ['Fault', ...events.map((name) => `\`${name}\``), 'Said'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function rowOf(
  fault: string,
  row: { readonly fails: readonly string[]; readonly says: string } | undefined,
  events: readonly string[],
): string[] {
  if (row === undefined) return [fault, ...events.map(() => '–'), 'nobody is there to be called'];
  const said = row.says === '' ? '' : `\`${row.says.trim()}\``;
  return [fault, ...events.map((event) => (row.fails.includes(event) ? 'fails' : 'ok')), said];
}
