import type { Log } from '../log/open-log.ts';
import { scriptOutputLines } from '../log/script-output-lines.ts';
import type { Observable } from '../run-observers/run-notifier.ts';
import type { RunRecord } from '../run/run-event.ts';
import { wordFor } from '../run-observers/timeline.ts';
import { isTimedOut, scriptResults } from '../process/exit-code.ts';

/** Logs runs as CTDB's own event daemon does: the output of entries at any level, the end of an event at NOTICE. */
export function logRuns(observable: Observable, log: () => Log): void {
  observable.on('run:start', ({ event: { name, argv } }) => {
    log().write(
      'DEBUG',
      `Running event ${name} with args "${argv.length === 0 ? '(null)' : argv.join(' ')}"`,
    );
  });
  observable.on('entry:end', ({ entry, outcome: { output } }) => {
    logOutput(log(), entry.name, output);
  });
  observable.on('run:end', (record) => {
    const { event, result } = record;
    log().write('INFO', describeRun(record));
    for (const { entry, begin, end } of record.entries) {
      const tookMs = end.getTime() - begin.getTime();
      if (tookMs >= slowMs) log().write('NOTICE', `${entry.name} took ${seconds(tookMs)} s at ${event.name}`);
    }
    if (result === 0 || result === scriptResults.cancelled) return;
    log().write('NOTICE', `${event.name} event ${isTimedOut(result) ? 'timed out' : 'failed'}`);
  });
  observable.on('observer:failed', ({ what, error }) => {
    log().write('ERROR', `An observer of ${what} failed: ${String(error)}`);
  });
}

/** What one entry has to take to be told of, in milliseconds: events are given 20 or 30 seconds. */
const slowMs = 5_000;

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

function describeRun({ event: { name, argv }, waitedMs, begin, end, result }: RunRecord): string {
  const waited = waitedMs > 0 ? `, after ${waitedMs} ms` : '';
  return `${[name, ...argv].join(' ')}: ${wordFor(result)} in ${end.getTime() - begin.getTime()} ms${waited}`;
}

/** Most of one entry's output that is logged, in lines and in bytes. To log a million lines would hold up the daemon. */
const loggedMax = { lines: 1000, bytes: 64 * 1024 } as const;

/** Logs the output of an entry, each line after the entry's name. Only the status has what exceeds the limit. */
export function logOutput(log: Log, name: string, output: Buffer): void {
  if (output.length === 0) return; // This is nearly always so.
  const logged = output.subarray(0, endOfLogged(output));
  for (const line of scriptOutputLines(name, logged)) log.write('ERROR', line);
  const left = output.length - logged.length;
  if (left > 0) log.write('ERROR', `${name}: [${left} bytes more, see ctdb event status]`);
}

function endOfLogged(output: Buffer): number {
  let end = 0;
  for (let lines = 0; lines < loggedMax.lines; lines += 1) {
    const newline = output.indexOf('\n', end);
    if (newline === -1 || newline >= loggedMax.bytes)
      return Math.min(output.length, Math.max(end, loggedMax.bytes));
    end = newline + 1;
  }
  return end;
}
