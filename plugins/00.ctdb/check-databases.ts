import { Failure } from 'ctdb-hook';
import { findDatabaseDirectories } from './database-directories.ts';
import type { CtdbContext } from './options.ts';
import { chooseTdbChecker } from './tdb-checker.ts';

/** A database of ctdbd: its name, and the number of the node. */
const databaseName = /^(?!\.).*\.tdb\..*[0-9]$/;

/**
 * Checks the databases that an earlier ctdbd left. One that is damaged would spread over the cluster.
 *
 * @throws Failure if a persistent one is damaged: nobody but an administrator can tell what is to be done.
 */
export async function checkDatabases(context: CtdbContext): Promise<void> {
  const directories = await findDatabaseDirectories(context);
  if (directories === undefined) {
    context.log('WARNING: the databases are not checked: nobody knows where they are');
    return;
  }
  const check = await chooseTdbChecker(context);
  if (check === undefined) return;
  for (const path of await findDatabases(directories.persistent, context)) {
    if (!(await check(path)))
      throw new Failure(`Persistent database ${path} is corrupted! CTDB will not start.`);
  }
  for (const path of await findDatabases(directories.volatile, context)) {
    if (!(await check(path))) await setAside(path, context);
  }
}

async function findDatabases(directory: string, { files }: CtdbContext): Promise<readonly string[]> {
  const names = (await files.list(directory)) ?? [];
  return names.filter((name) => databaseName.test(name)).map((name) => `${directory}/${name}`);
}

/** The cluster has a whole copy of what is not persistent, or does without. */
async function setAside(path: string, context: CtdbContext): Promise<void> {
  const { act, log } = context;
  const backup = `${path}.${timeStamp(new Date(context.now()))}.corrupt`;
  log(`WARNING: database ${path} is corrupted.\n Moving to backup ${backup} for later analysis.`);
  await act(['mv', path, backup]);
  await removeExcess(path, context);
}

/** Backups are named by their time, so the last names are the newest. */
async function removeExcess(path: string, { act, files, options }: CtdbContext): Promise<void> {
  const slash = path.lastIndexOf('/');
  const [directory, name] = [path.slice(0, slash), path.slice(slash + 1)];
  const names = (await files.list(directory)) ?? [];
  const backups = names.filter((each) => each.startsWith(`${name}.`) && each.endsWith('.corrupt'));
  const excess = backups.reverse().slice(options.CTDB_MAX_CORRUPT_DB_BACKUPS);
  if (excess.length > 0) await act(['rm', '-f', ...excess.map((each) => `${directory}/${each}`)]);
}

/** Local time as `date +%Y%m%d.%H%M%S` prints it. */
function timeStamp(now: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}.${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
