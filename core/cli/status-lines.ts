import type { HistoryHealth } from '../history/read-health.ts';
import type { HistoryEntry } from '../history/record.ts';
import { isFailure } from '../process/exit-code.ts';
import { wordFor } from '../run-observers/timeline.ts';
import { columns } from './columns.ts';
import { localTime } from './local-time.ts';
import type { NodeStatus } from './node-status.ts';
import { printable } from './printable.ts';
import { describeRunning } from './running-event-daemon.ts';

/** The status of a node for a person. */
export function statusLines({ running, memory, health, entries, problems }: NodeStatus): string[] {
  const mib = memory === undefined ? '' : (memory.pssBytes / 2 ** 20).toFixed(0);
  const monitored = new Map(health?.last.entries.map((entry) => [entry.name, entry]));
  const rows = entries.map(({ name, kind, state }) => {
    const entry = monitored.get(name);
    return [name, kind, wordOf(entry), msOf(entry?.tookMs), msOf(health?.usualMs.get(name)), state];
  });
  return [
    `Event daemon: ${describeRunning(running)}`,
    ...(memory === undefined ? [] : [`Memory: ${mib} MiB in ${memory.processes} processes`]),
    ...healthLines(health),
    ...columns(['ENTRY', 'KIND', 'MONITOR', 'LAST MS', 'USUAL MS', 'STATE'], rows, [3, 4]),
    ...entries.flatMap(({ optionFaults = [] }) => optionFaults.map((fault) => `WARNING: ${fault}`)),
    ...problems.map((problem) => `WARNING: ${problem}`),
  ];
}

const wordOf = (entry: HistoryEntry | undefined): string =>
  entry === undefined ? '-' : wordFor(entry.result);

const msOf = (ms: number | undefined): string => (ms === undefined ? '-' : String(ms));

function healthLines(health: HistoryHealth | undefined): string[] {
  if (health === undefined) return ['Monitor: not known, none is in the history'];
  const { isHealthy, sinceMs, isSinceKnown, last } = health;
  const word = isHealthy ? 'OK' : 'fails';
  const since = `${isSinceKnown ? 'since' : 'since at least'} ${localTime(sinceMs)}`;
  const failed = last.entries.find(({ result }) => isFailure(result));
  const why = failed === undefined ? '' : `, at ${failed.name}`;
  return [
    `Monitor: ${word} ${since}${why}, last at ${localTime(last.beginMs)}`,
    ...(failed?.output?.split('\n') ?? []).map((line) => `    ${printable(line)}`),
  ];
}
