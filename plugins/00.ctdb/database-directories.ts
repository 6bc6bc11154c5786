import { Failure } from 'ctdb-hook';
import type { CtdbContext } from './options.ts';

/** Where ctdbd has its databases. */
export interface DatabaseDirectories {
  readonly volatile: string;
  readonly persistent: string;
}

/** What ctdb.conf(5) calls them in its section `database`, and CTDB's scripts in the file below. */
const names = {
  CTDB_DBDIR: 'volatile database directory',
  CTDB_DBDIR_PERSISTENT: 'persistent database directory',
  CTDB_DBDIR_STATE: 'state database directory',
} as const;

/**
 * Asks ctdb-config, and keeps the answers where other scripts of CTDB look for them: `db_options.cache`.
 *
 * @throws Failure if it fails; it said why.
 */
export async function findDatabaseDirectories(context: CtdbContext): Promise<DatabaseDirectories> {
  const found: Record<keyof typeof names, string> = {
    CTDB_DBDIR: '',
    CTDB_DBDIR_PERSISTENT: '',
    CTDB_DBDIR_STATE: '',
  };
  for (const [variable, name] of Object.entries(names) as [keyof typeof names, string][])
    found[variable] = await askConfig(name, context);
  const { edit, environment, paths } = context;
  const lines = Object.entries(found).map(([variable, value]) => `${variable}="${value}"\n`);
  await edit.write(`${paths.scriptVarDir}/db_options.cache`, lines.join(''));
  // Where CTDB keeps what nothing is said of; from ctdb/config/functions.
  const varDir = environment['CTDB_VARDIR'] ?? '/var/lib/ctdb';
  return {
    volatile: found.CTDB_DBDIR || varDir,
    persistent: found.CTDB_DBDIR_PERSISTENT || `${varDir}/persistent`,
  };
}

async function askConfig(name: string, { log, paths, run }: CtdbContext): Promise<string> {
  const { ok, stdout, stderr } = await run([`${paths.helperDir}/ctdb-config`, 'get', 'database', name]);
  if (stderr !== '') log(stderr.trimEnd());
  if (!ok) throw new Failure('');
  return stdout.trimEnd();
}
