import { isDisabled, isFailure, isTimedOut } from '../process/exit-code.ts';
import type { RunNotifier } from './run-notifier.ts';

/** Shows a run as it goes on: a line an entry, with its duration and result. */
export function showTimeline({ observable }: RunNotifier, sayLine: (line: string) => void): void {
  observable.on('run:start', ({ event: { name, argv } }) => {
    sayLine([name, ...argv].join(' '));
  });
  observable.on('entry:end', ({ entry, outcome }) => {
    const tookMs = outcome.end.getTime() - outcome.begin.getTime();
    sayLine(
      `  ${entry.name.padEnd(20)} ${entry.kind}  ${`${tookMs} ms`.padStart(8)}  ${wordFor(outcome.result)}`,
    );
  });
  observable.on('run:end', ({ begin, end, result }) => {
    sayLine(`  ${end.getTime() - begin.getTime()} ms in all: ${wordFor(result)}`);
  });
}

/** What `ctdb event status` calls a result. */
export function wordFor(result: number): string {
  if (isTimedOut(result)) return 'TIMEDOUT';
  if (isDisabled(result)) return 'DISABLED';
  return isFailure(result) ? `ERROR ${result}` : 'OK';
}
