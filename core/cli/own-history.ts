import { hostname } from 'node:os';
import { basename } from 'node:path';
import { readCtdbConf } from '../ctdb-config/ctdb-conf.ts';
import { parseLogLocation } from '../ctdb-config/log-location.ts';
import { ctdbPaths, isInTestMode } from '../ctdb-installation/paths.ts';
import { historyPlace } from '../history/history-place.ts';
import { readHistory } from '../history/history-reader.ts';
import { warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { readCtdbdLog } from '../timeline/ctdbd-log.ts';
import type { NodeHistory } from '../timeline/node-history.ts';

/**
 * The history of this node.
 *
 * @throws UsageError if it keeps none.
 */
export async function ownHistory(command: string): Promise<NodeHistory> {
  const paths = ctdbPaths(process.env);
  const path = ownHistoryDirectory(command);
  const location = parseLogLocation((await readCtdbConf(paths.base)).location);
  return {
    name: isInTestMode(process.env) ? basename(paths.base) : hostname(),
    path,
    untilMs: Date.now(),
    read: (wanted) => readHistory(path, wanted),
    readLog: (sinceMs, untilMs) =>
      location?.kind === 'file' ? readCtdbdLog(location.path, sinceMs, untilMs) : undefined,
  };
}

/**
 * Where the history of this node is.
 *
 * @throws UsageError if it keeps none.
 */
export function ownHistoryDirectory(command: string): string {
  const place = historyPlace(ctdbPaths(process.env), process.env, warn);
  if (place !== undefined) return place.directory;
  throw new UsageError(
    `${command}: none is kept here: CTDB_BASE is not that of the installed CTDB, or a limit is 0`,
  );
}
