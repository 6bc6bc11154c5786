import { join } from 'node:path';

/** Where a node's files are. */
export interface NodePlaces {
  /** CTDB's configuration directory, `CTDB_BASE`. */
  readonly base: string;
  /** Where scripts keep state, `CTDB_SCRIPT_VARDIR`. */
  readonly scriptVarDir: string;
  /** Programs that stand in for others; the first directory in PATH. */
  readonly standIns: string;
}

/** What every event script gets from ctdbd, with programs that stand in for others. */
export const standInEnvironment = ({ base, scriptVarDir, standIns }: NodePlaces): NodeJS.ProcessEnv => ({
  PATH: `${standIns}:${process.env['PATH'] ?? ''}`,
  CTDB: join(standIns, 'ctdb'),
  CTDB_BASE: base,
  CTDB_SCRIPT_VARDIR: scriptVarDir,
  CTDB_HELPER_BINDIR: standIns,
  CTDB_SYS_ETCDIR: base,
  CTDB_HOOK_NETWORK: 'netlink', // So that no program is needed: an event by itself has commands.
});
