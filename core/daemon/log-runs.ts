import type { Log } from '../log/open-log.ts';
import { scriptOutputLines } from '../log/script-output-lines.ts';
import type { Observable } from '../run-observers/run-notifier.ts';
import { isTimedOut, scriptResults } from '../process/exit-code.ts';

/** Logs runs as CTDB's own event daemon does: what entries say at any level, how an event ended at NOTICE. */
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
  observable.on('run:end', ({ event: { name }, result }) => {
    if (result === 0 || result === scriptResults.cancelled) return;
    log().write('NOTICE', `${name} event ${isTimedOut(result) ? 'timed out' : 'failed'}`);
  });
  observable.on('observer:failed', ({ what, error }) => {
    log().write('ERROR', `An observer of ${what} failed: ${String(error)}`);
  });
}

/** Most that is logged of what one entry has said, in lines and in bytes: a million lines would hold the daemon up. */
const loggedMax = { lines: 1000, bytes: 64 * 1024 } as const;

/** Logs what an entry has said, each line after its name. What is too much is in the status only. */
export function logOutput(log: Log, name: string, output: Buffer): void {
  if (output.length === 0) return; // As nearly always.
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
