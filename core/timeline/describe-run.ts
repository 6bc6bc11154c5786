import type { HistoryRun } from '../history/record.ts';
import { wordFor } from '../run-observers/timeline.ts';

const callers = {
  daemon: 'the event daemon',
  link: 'a link',
  run: 'ctdb-hook run',
} as const satisfies Record<HistoryRun['by'], string>;

/** A run in lines: how it ended, how long it waited, what it did to addresses and connections, and each entry. */
export function describeRun({ by, result, tookMs, waitedMs, moved, entries }: HistoryRun): string[] {
  const killed = entries.reduce((sum, { connectionsKilled = 0 }) => sum + connectionsKilled, 0);
  const left = entries.reduce((sum, { connectionsLeft = 0 }) => sum + connectionsLeft, 0);
  return [
    `${wordFor(result)} in ${tookMs} ms, after it waited ${waitedMs} ms; by ${callers[by]}`,
    ...(killed + left > 0 ? [`${killed} connections killed, ${left} left`] : []),
    ...(moved === undefined ? [] : [`addresses: ${moved.join(', ')}`]),
    ...entries.flatMap(({ name, result: ended, tookMs: took, output }) => [
      `${name}: ${wordFor(ended)} in ${took} ms`,
      ...(output ?? '').split('\n').flatMap((line) => (line === '' ? [] : `    ${line}`)),
    ]),
  ];
}
