import type { Context } from 'ctdb-hook';
import type { Options } from './options.ts';

/** What the handlers of this plugin get. */
export type NfsContext = Context<Options>;

/** The callout: the program that knows which NFS server this is. A name without a slash is looked up in PATH. */
export const calloutProgram = ({ options, paths }: NfsContext): string =>
  options.CTDB_NFS_CALLOUT ?? `${paths.base}/nfs-linux-kernel-callout`;

/** What CTDB's script calls the service: its functions name it in messages (`$service_name`). */
export const serviceName = 'nfs';

/** Where this plugin's state is, by CTDB's name for it. */
export const stateDirectory = ({ paths }: NfsContext): string =>
  `${paths.scriptVarDir}/service/${serviceName}`;

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
