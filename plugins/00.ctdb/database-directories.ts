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
 * @returns undefined if ctdb-config fails; it said why, and so does ctdbd, which reads the same file.
 */
export async function findDatabaseDirectories(
  context: CtdbContext,
): Promise<DatabaseDirectories | undefined> {
  const found: Record<keyof typeof names, string> = {
    CTDB_DBDIR: '',
    CTDB_DBDIR_PERSISTENT: '',
    CTDB_DBDIR_STATE: '',
  };
  for (const [variable, name] of Object.entries(names) as [keyof typeof names, string][]) {
    const answer = await askConfig(name, context);
    if (answer === undefined) return undefined;
    found[variable] = answer;
  }
  await keepAnswers(found, context);
  const { environment } = context;
  // Where CTDB keeps what nothing is said of; from ctdb/config/functions.
  const varDir = environment['CTDB_VARDIR'] ?? '/var/lib/ctdb';
  return {
    volatile: found.CTDB_DBDIR || varDir,
    persistent: found.CTDB_DBDIR_PERSISTENT || `${varDir}/persistent`,
  };
}

/** As well as it can be kept: what other scripts do not find there they ask themselves. */
async function keepAnswers(
  found: Readonly<Record<string, string>>,
  { edit, paths, signal, log }: CtdbContext,
): Promise<void> {
  const path = `${paths.scriptVarDir}/db_options.cache`;
  const lines = Object.entries(found).map(([variable, value]) => `${variable}="${value}"\n`);
  try {
    await edit.write(path, lines.join(''));
  } catch (error) {
    signal.throwIfAborted();
    log(`WARNING: ${path} is not kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function askConfig(
  name: string,
  { log, paths, run, signal }: CtdbContext,
): Promise<string | undefined> {
  const { ok, stdout, stderr } = await run([`${paths.helperDir}/ctdb-config`, 'get', 'database', name]);
  signal.throwIfAborted(); // What was ended with its event has not answered.
  if (stderr !== '') log(stderr.trimEnd());
  return ok ? stdout.trimEnd() : undefined;
}
