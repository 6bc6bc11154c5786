import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Paths } from '../plugin/context.ts';

/** A process environment: what a variable is set to, if it is set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where CTDB's things are, those that plugins do not see included. */
export interface CtdbPaths extends Paths {
  /** Where ctdbd has its socket and pid file; emptied by a reboot. */
  readonly runDir: string;
  /** CTDB's own state: databases and the like. */
  readonly varDir: string;
}

/** CTDB's configuration directory as Debian and Fedora install it. */
export const installedBase = '/etc/ctdb';

/** Below /run and /var: what ctdb/wscript makes of Debian's and Fedora's `configure` options. */
const installed = {
  varDir: '/var/lib/ctdb',
  runDirs: ['/run/ctdb', '/var/run/ctdb'],
} as const;

/** Debian 12 and Fedora have the first; openSUSE had the second, before it took up libexec. */
const helperDirs = ['/usr/libexec/ctdb', '/usr/lib/ctdb'] as const;

/** Older Debian and Ubuntu have the helpers below a directory per architecture here. */
const multiarchDir = '/usr/lib';

/**
 * Finds CTDB's paths. As in CTDB's shell scripts, a variable that is set but empty counts as unset. In CTDB's test
 * mode (`CTDB_TEST_MODE` is set; ctdb/common/path.c) everything is below `CTDB_BASE`.
 *
 * @throws Error in test mode without `CTDB_BASE`, as every program of CTDB stops then.
 */
export function ctdbPaths(environment: Environment): CtdbPaths {
  const base = environment['CTDB_BASE'] || installedBase;
  const places = environment['CTDB_TEST_MODE'] === undefined ? installedPlaces() : testPlaces(environment);
  return {
    base,
    runDir: places.runDir,
    varDir: places.varDir,
    scriptVarDir: resolve(environment['CTDB_SCRIPT_VARDIR'] || join(places.varDir, 'scripts')),
    helperDir: environment['CTDB_HELPER_BINDIR'] || places.helperDir || findHelperDir(),
    sysEtcDir: environment['CTDB_SYS_ETCDIR'] || '/etc',
    proc: environment['PROCFS_PATH'] || '/proc',
  };
}

interface Places {
  readonly runDir: string;
  readonly varDir: string;
  readonly helperDir?: string | undefined;
}

/** Looked for once in a process: CTDB is installed before, and it is asked for at every event. */
function installedPlaces(): Places {
  foundRunDir ??= installed.runDirs.find(existsSync) ?? installed.runDirs[0];
  return { runDir: foundRunDir, varDir: installed.varDir };
}

let foundRunDir: string | undefined;
let foundHelperDir: string | undefined;

function testPlaces(environment: Environment): Places {
  const base = environment['CTDB_BASE'];
  if (!base) {
    throw new Error(
      'Broken CTDB setup, CTDB_BASE not set in test mode: CTDB_TEST_MODE is set, expected CTDB_BASE too',
    );
  }
  const helperDir = environment['CTDB_TEST_HELPER_BINDIR'];
  return { runDir: join(base, 'run'), varDir: join(base, 'var'), helperDir };
}

function findHelperDir(): string {
  foundHelperDir ??= helperDirs.find(existsSync) ?? multiarchHelperDirs().find(existsSync) ?? helperDirs[0];
  return foundHelperDir;
}

function multiarchHelperDirs(): string[] {
  if (!existsSync(multiarchDir)) return [];
  const architectures = readdirSync(multiarchDir).filter((name) => name.includes('-linux-'));
  return architectures.sort().map((name) => join(multiarchDir, name, 'ctdb'));
}
