import { ctdbPaths } from '../ctdb-installation/paths.ts';
import { historyPlace } from './history-place.ts';
import { HistoryWriter } from './history-writer.ts';

/**
 * The history of this node, for a process that keeps what it runs. Undefined if none is kept; only root keeps one.
 *
 * @param report gets what keeps it from being kept.
 */
export function openHistory(report: (message: string) => void): HistoryWriter | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const place = historyPlace(ctdbPaths(process.env), process.env, report);
  return place === undefined ? undefined : new HistoryWriter(place, report);
}
