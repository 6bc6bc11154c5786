import { nfsEnvironment, type NfsContext } from './nfs-context.ts';

/** What the statd helper can be told. */
type StatdOperation = 'startup' | 'takeip' | 'update' | 'notify';

/** Tells the statd helper, if there is one that knows the operation. Its exit status does not matter. */
export async function tellStatd(
  context: NfsContext,
  operation: 'startup' | 'takeip',
  args: readonly string[] = [],
) {
  const helper = await findHelper(context, operation);
  if (helper !== undefined)
    await context.act([helper, operation, ...args], { environment: nfsEnvironment(context) });
}

/** Has the statd helper write down which clients have locks, if there may be news. Its exit status does not matter. */
export async function updateStatd(context: NfsContext): Promise<void> {
  const helper = await findHelper(context, 'update');
  if (helper === undefined || (await hasNothingToUpdate(helper, context))) return;
  const { ok } = await context.act([helper, 'update'], { environment: nfsEnvironment(context) });
  if (ok) context.state['statdUpdated'] = helper;
  else delete context.state['statdUpdated'];
}

/**
 * Whether the helper of older CTDBs would look for what statd left for it, find nothing and end, as it has before.
 *
 * What statd leaves are files `statd-state@SERVER@CLIENT`; the helper's text names them, and its first run makes their place,
 * by Samba's name for the service wherever it runs.
 */
async function hasNothingToUpdate(helper: string, context: NfsContext): Promise<boolean> {
  const { files, network, paths, state } = context;
  if (network.name !== 'netlink' || helper !== olderHelper(paths) || state['statdUpdated'] !== helper)
    return false;
  const left = await files.list(`${paths.scriptVarDir}/service/nfs/statd-callout`);
  if (left === undefined || left.some((name) => name.startsWith(leftByStatd))) return false;
  const text = await files.read(helper);
  return text?.includes(leftByStatd) === true;
}

const leftByStatd = 'statd-state@';

/** Has the statd helper notify the clients that locks are lost, without waiting: it takes seconds. */
export async function notifyInBackground(context: NfsContext): Promise<void> {
  const helper = await findHelper(context, 'notify');
  if (helper === undefined || (await wouldGoAstray(helper, context))) return;
  const environment = nfsEnvironment(context);
  await context.act.background([helper, 'notify'], { environment, quiet: true });
}

/**
 * Whether CTDB's helper of today would look for statd's directory in vain: it empties the root directory then of what are no
 * directories, which are the links /bin and /lib of today's systems. In CTDB's test mode it has a directory of its own.
 */
async function wouldGoAstray(helper: string, context: NfsContext): Promise<boolean> {
  const { environment, files, log, paths } = context;
  if (helper === olderHelper(paths) || environment['CTDB_TEST_MODE'] !== undefined) return false;
  for (const directory of statdDirectories) if ((await files.list(directory)) !== undefined) return false;
  log(
    `WARNING: neither ${statdDirectories.join(' nor ')} exists: clients are not told to reclaim their locks`,
  );
  return true;
}

/** The directories in which statd keeps the hosts that it monitors, by the names that the helper knows. */
const statdDirectories = ['/var/lib/nfs/statd/sm', '/var/lib/nfs/sm'] as const;

/** CTDB's helper, or the program that did its work up to CTDB 4.20 and knows fewer operations. */
async function findHelper({ files, paths }: NfsContext, operation: StatdOperation) {
  const helper = `${paths.helperDir}/statd_callout_helper`;
  if (await files.isExecutable(helper)) return helper;
  const older = olderHelper(paths);
  const knows = operation === 'update' || operation === 'notify';
  return knows && (await files.isExecutable(older)) ? older : undefined;
}

const olderHelper = ({ base }: NfsContext['paths']): string => `${base}/statd-callout`;
