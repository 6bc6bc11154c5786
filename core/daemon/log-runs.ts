import type { Log } from '../observe/log/open-log.ts';
import { scriptOutputLines } from '../observe/log/script-output-lines.ts';
import type { Observable } from '../observe/run-notifier.ts';
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

/** Logs what an entry has said, each line after its name. */
export function logOutput(log: Log, name: string, output: Buffer): void {
  for (const line of scriptOutputLines(name, output)) log.write('ERROR', line);
}
