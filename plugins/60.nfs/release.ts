import type { ReplacedScript, SystemConfigNode } from 'ctdb-hook';

/*
 * What CTDB's own 60.nfs does otherwise from one release and distribution to another. It is told by words of what a release no
 * longer does, so that an unknown one, and none at all, are taken for the newest as Samba has it.
 */

/** How the service is called, by messages and by the directory of its state: `nfs`; Debian's is `nfs-kernel-server`. */
export const serviceName = (replaced: ReplacedScript): string =>
  replaced.find(/^service_name="([\w.-]+)"/m) ?? 'nfs';

/** The system's own configuration of the service. Debian's is read only where there is no `nfsconf`, from CTDB 4.17 on. */
export function systemConfig({ replaced, hasProgram }: SystemConfigNode): string | undefined {
  if (replaced.find(/(type nfsconf)/) !== undefined && hasProgram('nfsconf')) return undefined;
  return replaced.find(/^\s*load_system_config "([\w.-]+)"/m) ?? 'nfs';
}

/** Tells CTDB of the connections to its port, which 10.interface does later: up to CTDB 4.21. */
export const updatesTickles = (replaced: ReplacedScript): boolean =>
  replaced.says('update_tickles 2049', [4, 20]);

/** Counts the failures of a check from the start, and not only once it has succeeded: up to CTDB 4.17. */
export const countsFromTheStart = (replaced: ReplacedScript): boolean =>
  !replaced.saysSince('ctdb_counter_exists', [4, 20]);

/** Takes the callout's name for shell, such as a program with arguments: up to CTDB 4.13. */
export const takesCalloutForShell = (replaced: ReplacedScript): boolean =>
  replaced.says('eval "$CTDB_NFS_CALLOUT"', [4, 13]);
