import type { HistoryHealth } from '../history/read-health.ts';
import type { HistoryEntry } from '../history/record.ts';
import { isFailure } from '../process/exit-code.ts';
import { wordFor } from '../run-observers/timeline.ts';
import type { LedgerView } from '../ledger/look-at-ledger.ts';
import type { SampleView } from '../run/sampling/sample-view.ts';
import { columns } from './columns.ts';
import { localTime } from './local-time.ts';
import type { NodeStatus } from './node-status.ts';
import { printable } from './printable.ts';
import { describeRunning } from './running-event-daemon.ts';

/** The status of a node for a person. */
export function statusLines(status: NodeStatus, nowMs = Date.now()): string[] {
  const { running, memory, health, ledger, samples, entries, problems } = status;
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
    ...limitLines(status),
    ...ledgerLines(ledger),
    ...columns(['ENTRY', 'KIND', 'MONITOR', 'LAST MS', 'USUAL MS', 'STATE'], rows, [3, 4]),
    ...sampleLines(samples, nowMs),
    ...entries.flatMap(({ optionFaults = [] }) => optionFaults.map((fault) => `WARNING: ${fault}`)),
    ...problems.map((problem) => `WARNING: ${problem}`),
  ];
}

const wordOf = (entry: HistoryEntry | undefined): string =>
  entry === undefined ? '-' : wordFor(entry.result);

const msOf = (ms: number | undefined): string => (ms === undefined ? '-' : String(ms));

/** How much of its time monitor takes. */
function limitLines({ running, health }: NodeStatus): string[] {
  const limitS = running.kind === 'ours' ? running.about.monitorTimeoutS : undefined;
  if (limitS === undefined || limitS === 0 || health === undefined) return [];
  const { tookMs } = health.last;
  const leftMs = Math.max(0, limitS * 1000 - tookMs);
  return [`Time: the last monitor took ${tookMs} ms of ${limitS} s, ${leftMs} ms were left`];
}

function ledgerLines(ledger: LedgerView | undefined): string[] {
  if (ledger === undefined) return [];
  const waiting = [...ledger.changesWaiting].map(([name, count]) => `${name} ${count}`);
  return [
    `Public addresses here: ${ledger.addressesHeld}`,
    ...(waiting.length === 0 ? [] : [`Changes that plugins have not acted on: ${waiting.join(', ')}`]),
  ];
}

function sampleLines(samples: readonly SampleView[], nowMs: number): string[] {
  if (samples.length === 0) return [];
  const rows = samples.map(({ plugin, name, state, goodAtMs, tookMs, answer }) => [
    plugin,
    name,
    state,
    goodAtMs === null ? '-' : ((nowMs - goodAtMs) / 1000).toFixed(0),
    String(tookMs),
    printable(answer).slice(0, answerMax),
  ]);
  return columns(['PLUGIN', 'CHECK', 'STATE', 'GOOD S AGO', 'LAST MS', 'ANSWER'], rows, [3, 4]);
}

/** Most of an answer that a line shows, in characters. */
const answerMax = 80;

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
