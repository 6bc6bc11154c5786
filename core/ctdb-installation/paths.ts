import { join, resolve } from 'node:path';
import type { Environment } from '../process/environment.ts';
import { installedCtdb } from './installation.ts';
import type { InstalledPlaces } from './installed-places.ts';
import { runDirectoryFiles } from './run-directory-files.ts';

/** The paths of CTDB on this node. */
export interface Paths {
  /** CTDB's configuration directory: `CTDB_BASE`, else /etc/ctdb. */
  readonly base: string;
  /** The directory of scripts' state: `CTDB_SCRIPT_VARDIR`, else /var/lib/ctdb/scripts. 00.ctdb empties it at `init`. */
  readonly scriptVarDir: string;
  /** The directory of CTDB's helper programs: `CTDB_HELPER_BINDIR`, else that of the distribution. */
  readonly helperDir: string;
  /** The system's configuration directory: `CTDB_SYS_ETCDIR`, else /etc. */
  readonly sysEtcDir: string;
  /** The proc file system: `PROCFS_PATH`, else /proc. */
  readonly proc: string;
}

/** The paths of CTDB, including those that plugins do not see. */
export interface CtdbPaths extends Paths, InstalledPlaces {
  /**
   * The directory of our files that a reboot may remove. It is not CTDB's run directory, which moves, and is removed with
   * its service.
   */
  readonly ownRunDir: string;
  /** The directory of our files that outlive boots. */
  readonly ownVarDir: string;
}

/** These are the same on every system. */
const own = { ownRunDir: '/run/ctdb-hook', ownVarDir: '/var/lib/ctdb-hook' } as const;

/**
 * Finds CTDB's paths: those that its own programs say, and those that the variables of its scripts name. A variable that is
 * set but empty counts as unset, as in its scripts.
 *
 * In CTDB's test mode (`CTDB_TEST_MODE` is set; ctdb/common/path.c) everything is below `CTDB_BASE`.
 *
 * @throws Error in test mode without `CTDB_BASE`: every program of CTDB stops then too.
 */
export function ctdbPaths(environment: Environment): CtdbPaths {
  const places = isInTestMode(environment) ? testPlaces(environment) : installedPlaces(environment);
  return {
    ...places,
    scriptVarDir: resolve(environment['CTDB_SCRIPT_VARDIR'] || join(places.varDir, 'scripts')),
    helperDir: environment['CTDB_HELPER_BINDIR'] || places.helperDir || installedCtdb().helperDir,
    sysEtcDir: environment['CTDB_SYS_ETCDIR'] || '/etc',
    proc: environment['PROCFS_PATH'] || '/proc',
  };
}

/** Whether CTDB's programs only use CTDB_BASE. CTDB has this for tests, and for nothing else. */
export const isInTestMode = (environment: Environment): boolean =>
  environment['CTDB_TEST_MODE'] !== undefined;

interface Places extends InstalledPlaces {
  readonly ownRunDir: string;
  readonly ownVarDir: string;
  readonly helperDir?: string | undefined;
}

function installedPlaces(environment: Environment): Places {
  const { base, varDir, eventdSocket, eventdPidFile, ctdbdPidFile, ...installed } = installedCtdb();
  const movedSocket = (installed.obeysCtdbSocket && environment['CTDB_SOCKET']) || undefined;
  return {
    base: environment['CTDB_BASE'] || base,
    varDir,
    ...own,
    eventdSocket,
    eventdPidFile,
    ctdbdSocket: movedSocket ?? installed.ctdbdSocket,
    ctdbdPidFile,
    helperDir: installed.helperDir,
  };
}

function testPlaces(environment: Environment): Places {
  const base = environment['CTDB_BASE'];
  if (!base) {
    throw new Error(
      'Broken CTDB setup, CTDB_BASE not set in test mode: CTDB_TEST_MODE is set, expected CTDB_BASE too',
    );
  }
  const runDir = join(base, 'run');
  return {
    base,
    varDir: join(base, 'var'),
    ownRunDir: join(runDir, 'ctdb-hook'),
    ownVarDir: join(base, 'var/lib/ctdb-hook'),
    ...runDirectoryFiles(runDir),
    ctdbdSocket: environment['CTDB_SOCKET'] || join(runDir, 'ctdbd.socket'),
    helperDir: environment['CTDB_TEST_HELPER_BINDIR'],
  };
}
