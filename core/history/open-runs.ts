import type { RaisedEvent } from '../run/outcome.ts';
import type { Observable } from '../run-observers/run-notifier.ts';
import type { HistoryNote, HistoryOpen } from './record.ts';

/** How long a run goes on before the history has it, in milliseconds. Most have ended by then. */
const openAfterMs = 500;

/** A run that goes on, and whether the history has it. */
interface Open {
  readonly run: HistoryOpen;
  readonly timer: NodeJS.Timeout;
  isTold: boolean;
}

/**
 * Adds to the history what goes on for longer: the run, and each entry that it comes to. A run itself is written when it has ended;
 * of one that a kill cuts short this tells how far it came.
 */
export function tellOpenRuns(observable: Observable, add: (note: HistoryNote) => void): void {
  const running = new Map<RaisedEvent, Open>();
  observable.on('run:start', ({ event, begin, waitedMs }) => {
    const { name, argv } = event;
    const run = { event: name, argv: [...argv], beginMs: begin.getTime(), waitedMs, afterMs: 0 };
    const timer = setTimeout(() => {
      open.isTold = true;
      add(noteOf(run));
    }, openAfterMs).unref();
    const open: Open = { run, timer, isTold: false };
    running.set(event, open);
  });
  observable.on('entry:start', ({ event, entry }) => {
    const open = running.get(event);
    if (open === undefined) return;
    open.run.entry = entry.name;
    open.run.afterMs = Math.max(0, Date.now() - open.run.beginMs);
    if (open.isTold) add(noteOf(open.run));
  });
  observable.on('run:end', ({ event }) => {
    clearTimeout(running.get(event)?.timer);
    running.delete(event);
  });
}

function noteOf(run: HistoryOpen): HistoryNote {
  const where = run.entry === undefined ? '' : ` in ${run.entry}`;
  const message = `${[run.event, ...run.argv].join(' ')} goes on${where}`;
  return { kind: 'note', beginMs: Date.now(), level: 'INFO', message, open: { ...run } };
}
