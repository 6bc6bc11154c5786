import { nfsEnvironment, type NfsContext } from './nfs-context.ts';

/** What the statd helper can be told. */
export type StatdOperation = 'startup' | 'takeip' | 'update' | 'notify';

/** Tells the statd helper, if there is one that knows the operation. Its exit status does not matter. */
export async function tellStatd(
  context: NfsContext,
  operation: StatdOperation,
  args: readonly string[] = [],
) {
  const helper = await findHelper(context, operation);
  if (helper !== undefined)
    await context.act([helper, operation, ...args], { environment: nfsEnvironment(context) });
}

/** Has the statd helper notify the clients that locks are lost, without waiting: it takes seconds. */
export async function notifyInBackground(context: NfsContext): Promise<void> {
  const helper = await findHelper(context, 'notify');
  if (helper === undefined) return;
  const environment = nfsEnvironment(context);
  await context.act.background([helper, 'notify'], { environment, quiet: true });
}

/** CTDB's helper, or the program that did its work up to CTDB 4.20 and knows fewer operations. */
async function findHelper({ files, paths }: NfsContext, operation: StatdOperation) {
  const helper = `${paths.helperDir}/statd_callout_helper`;
  if (await files.isExecutable(helper)) return helper;
  const older = `${paths.base}/statd-callout`;
  const knows = operation === 'update' || operation === 'notify';
  return knows && (await files.isExecutable(older)) ? older : undefined;
}
