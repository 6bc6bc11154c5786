import type { Context } from 'ctdb-hook';

/*
 * What CTDB's own 50.samba does otherwise from one release to another, told by words of what a release no longer does.
 */

/** Takes CTDB_SAMBA_CHECK_PORTS for ports as they stand, and knows no transports: up to 4.22. */
export const knowsPortsOnly = ({ replaced }: Context): boolean =>
  replaced.says('ctdb_check_tcp_ports $smb_ports', [4, 22]);

/** What names the service, where CTDB_SERVICE_SMB does not: the platform's style, as CTDB calls it. */
export async function platformStyle(context: Context): Promise<string> {
  const { environment, files, platform, replaced } = context;
  // CTDB_INIT_STYLE stood above what was found, up to 4.24.
  const given = replaced.says('-n "$CTDB_INIT_STYLE"', [4, 24]) ? environment['CTDB_INIT_STYLE'] : undefined;
  if (given) return given;
  // Up to 4.17 the style was told by the program that starts daemons.
  if (!replaced.says('/sbin/startproc', [4, 17])) return platform();
  if (await files.isExecutable('/sbin/startproc')) return 'suse';
  return (await files.isExecutable('/sbin/start-stop-daemon')) ? 'debian' : 'redhat';
}
