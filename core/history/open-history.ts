import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { historyPlace } from './history-place.ts';
import { HistoryWriter } from './history-writer.ts';

/** What an event of a single process says is the event's, and a fault of the history is not. The event daemon tells of it. */
const untold = (): undefined => undefined;

/**
 * The history of this node, for a process that keeps what it runs. Undefined if none is kept; only root keeps one.
 *
 * @param report gets what keeps it from being kept; without it nobody is told.
 */
export function openHistory(report: (message: string) => void = untold): HistoryWriter | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const place = historyPlace(ctdbPaths(process.env), process.env, report);
  return place === undefined ? undefined : new HistoryWriter(place, report);
}
