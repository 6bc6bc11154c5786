import type { FaultName } from './faults.ts';
import { nodeEvents } from './events-of-a-node.ts';
import type { WayToRun } from './broken-node.ts';
import { expectedAnswers } from './expected-answers.ts';

const inWords: Readonly<Record<WayToRun, string>> = {
  daemon: 'Under the event daemon',
  link: 'By links, under CTDB’s own event daemon',
  run: 'By `ctdb-hook run`',
};

/** The table as Markdown, for README.md beside this file. */
export function answersDocument(): string {
  return (Object.keys(inWords) as WayToRun[])
    .map((mode) => `## ${inWords[mode]}\n\n${tableOf(mode)}`)
    .join('\n');
}

function tableOf(mode: WayToRun): string {
  const events = [...new Set(nodeEvents.map(({ name }) => name))];
  const rows = Object.entries(expectedAnswers).map(([fault, row]) =>
    rowOf(fault as FaultName, row[mode], events),
  );
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
