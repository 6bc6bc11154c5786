import type { Command, Context } from 'ctdb-hook';
import type { Options } from './options.ts';
import { serviceName, takesCalloutForShell } from './release.ts';

/** What the handlers of this plugin get. */
export type NfsContext = Context<Options>;

/** The callout: the program that knows which NFS server this is. A name without a slash is looked up in PATH. */
export const calloutProgram = ({ options, paths }: NfsContext): string =>
  options.CTDB_NFS_CALLOUT ?? `${paths.base}/nfs-linux-kernel-callout`;

/** The command that has the callout do something. */
export function calloutCommand(context: NfsContext, ...words: readonly string[]): Command {
  const callout = calloutProgram(context);
  return takesCalloutForShell(context.replaced)
    ? ['sh', '-c', 'eval "$0" "$@"', callout, ...words]
    : [callout, ...words];
}

/** Where this plugin's state is, by CTDB's name for it. */
export const stateDirectory = ({ paths, replaced }: NfsContext): string =>
  `${paths.scriptVarDir}/service/${serviceName(replaced)}`;

/** The variables that the callout, the statd helper and the commands of check files rely on. */
export function nfsEnvironment(context: NfsContext): Readonly<Record<string, string>> {
  const { ctdb, options, paths } = context;
  const { CTDB_NFS_SHARED_STATE_DIR, CTDB_NFS_EXPORTS_FILE } = options;
  return {
    CTDB: ctdb.command,
    CTDB_BASE: paths.base,
    CTDB_HELPER_BINDIR: paths.helperDir,
    CTDB_SCRIPT_VARDIR: paths.scriptVarDir,
    CTDB_SYS_ETCDIR: paths.sysEtcDir,
    CTDB_NFS_CALLOUT: calloutProgram(context),
    CTDB_NFS_CALLOUT_STATE_DIR: `${stateDirectory(context)}/callout-state`,
    ...(CTDB_NFS_SHARED_STATE_DIR !== undefined && { CTDB_NFS_SHARED_STATE_DIR }),
    ...(CTDB_NFS_EXPORTS_FILE !== undefined && { CTDB_NFS_EXPORTS_FILE }),
  };
}
