import { join, resolve } from 'node:path';
import type { Environment } from '../process/environment.ts';
import { installedCtdb } from './installation.ts';
import type { InstalledPlaces } from './installed-places.ts';
import { runDirectoryFiles } from './run-directory-files.ts';

/** Where CTDB's things are on this node. */
export interface Paths {
  /** CTDB's configuration directory: `CTDB_BASE`, else /etc/ctdb. */
  readonly base: string;
  /** Where scripts keep state: `CTDB_SCRIPT_VARDIR`, else /var/lib/ctdb/scripts. Emptied by 00.ctdb at `init`. */
  readonly scriptVarDir: string;
  /** The helper programs of CTDB: `CTDB_HELPER_BINDIR`, else where the distribution has them. */
  readonly helperDir: string;
  /** The system's configuration directory: `CTDB_SYS_ETCDIR`, else /etc. */
  readonly sysEtcDir: string;
  /** The proc file system: `PROCFS_PATH`, else /proc. */
  readonly proc: string;
}

/** Where CTDB's things are, those that plugins do not see included. */
export interface CtdbPaths extends Paths, InstalledPlaces {
  /** Where this project keeps what a reboot may remove; not CTDB's, which moves and goes with its service. */
  readonly ownRunDir: string;
}

/** The same on every system. */
const ownRunDir = '/run/ctdb-hook';

/**
 * Finds CTDB's paths: as its own programs say, and with the variables that its scripts have. As in those a variable that is
 * set but empty counts as unset. In CTDB's test mode (`CTDB_TEST_MODE` is set; ctdb/common/path.c) everything is below
 * `CTDB_BASE`.
 *
 * @throws Error in test mode without `CTDB_BASE`, as every program of CTDB stops then.
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

/** Whether CTDB's programs keep to CTDB_BASE: for tests, as CTDB says, and nothing else. */
export const isInTestMode = (environment: Environment): boolean =>
  environment['CTDB_TEST_MODE'] !== undefined;

interface Places extends InstalledPlaces {
  readonly ownRunDir: string;
  readonly helperDir?: string | undefined;
}

function installedPlaces(environment: Environment): Places {
  const { base, varDir, eventdSocket, eventdPidFile, ctdbdPidFile, ...installed } = installedCtdb();
  const movedSocket = (installed.obeysCtdbSocket && environment['CTDB_SOCKET']) || undefined;
  return {
    base: environment['CTDB_BASE'] || base,
    varDir,
    ownRunDir,
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
    ...runDirectoryFiles(runDir),
    ctdbdSocket: environment['CTDB_SOCKET'] || join(runDir, 'ctdbd.socket'),
    helperDir: environment['CTDB_TEST_HELPER_BINDIR'],
  };
}
