import { events, eventNames, type EventDeclaration } from '../events/events.ts';

const columns = [
  [
    'Event',
    ({ name, arguments: grammar }: Row) =>
      [name, ...grammar.map(({ kind }) => kind.toUpperCase().replace(' ', '-'))].join(' '),
  ],
  ['For', ({ meaning }: Row) => meaning],
  ['Raised', ({ raised }: Row) => raised],
  ['Failure', ({ failure }: Row) => failure],
  ['Timeout', ({ timeout }: Row) => timeout],
  ['In recovery', ({ inRecovery }: Row) => (inRecovery ? 'yes' : 'no')],
  ['`ctdb` works', ({ ctdbWorks }: Row) => (ctdbWorks ? 'yes' : 'no')],
] as const;

type Row = EventDeclaration & { readonly name: string };

/** All events, each with what is declared of it. */
export const eventTableRows = (): Row[] => eventNames.map((name) => ({ name, ...events[name] }));

/** The event table in the form of plugins/README.md. */
export function eventTableMarkdown(): string {
  const lines = [
    columns.map(([title]) => title),
    columns.map(() => '---'),
    ...eventTableRows().map((row) =>
      columns.map(([title, cell]) => (title === 'Event' ? `\`${cell(row)}\`` : cell(row))),
    ),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** The event table for a terminal, with a paragraph for each event. */
export function eventTableText(): string {
  const paragraph = (row: Row) => {
    const [[, heading], ...rest] = columns;
    const lines = rest.map(([title, cell]) => `  ${title.replaceAll('`', '').padEnd(12)} ${cell(row)}\n`);
    return `${heading(row)}\n${lines.join('')}`;
  };
  return eventTableRows().map(paragraph).join('\n');
}
