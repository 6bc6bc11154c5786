import { join } from 'node:path';
import { installedCtdb } from '../ctdb-installation/installation.ts';
import type { CtdbPaths } from '../ctdb-installation/paths.ts';
import type { Environment } from '../process/environment.ts';

/** Where the history of a node is kept, and how much of it. */
export interface HistoryPlace {
  readonly directory: string;
  /** Most bytes of all its files. */
  readonly bytesMax: number;
  /** How old a file may become, in days after its last record. */
  readonly daysMax: number;
}

/** What is kept if nobody says otherwise. */
const defaults = { mib: 64, days: 30 } as const;

/** The variables that say otherwise. */
const historyVariables = { mib: 'CTDB_HOOK_HISTORY_MIB', days: 'CTDB_HOOK_HISTORY_DAYS' } as const;

/** Ten years, or a TiB: more was not meant. */
const most = { mib: 1 << 20, days: 3653 } as const;

/**
 * Where history is kept. Undefined if none is: a limit is 0, or it is a node that is tried out, with a CTDB_BASE of its own outside
 * of CTDB's test mode.
 *
 * @param report gets what is wrong with a variable; the default counts then.
 */
export function historyPlace(
  { base, ownVarDir }: CtdbPaths,
  environment: Environment,
  report: (message: string) => void,
): HistoryPlace | undefined {
  const isItsOwn = ownVarDir.startsWith(`${base}/`) || base === installedCtdb().base;
  const mib = limit('mib', environment, report);
  const days = limit('days', environment, report);
  if (!isItsOwn || mib === 0 || days === 0) return undefined;
  return { directory: join(ownVarDir, 'history'), bytesMax: mib * 2 ** 20, daysMax: days };
}

function limit(
  which: keyof typeof defaults,
  environment: Environment,
  report: (message: string) => void,
): number {
  const text = environment[historyVariables[which]] ?? '';
  if (text === '') return defaults[which];
  if (/^\d{1,9}$/.test(text) && Number(text) <= most[which]) return Number(text);
  report(
    `WARNING: ${historyVariables[which]} is "${text}", expected a whole number from 0 to ${most[which]}: ${defaults[which]} is used`,
  );
  return defaults[which];
}
