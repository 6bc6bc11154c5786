import { accessSync, constants } from 'node:fs';
import { helper } from '../support/installed-ctdb.ts';
import { releaseUnderTest } from './releases.ts';

/** What a cluster needs of the system: a path that must be there, and Debian's package that brings it. */
const forMachines: Readonly<Record<string, string>> = {
  '/bin/ip': 'iproute2',
  '/usr/bin/unshare': 'util-linux',
  '/usr/bin/nsenter': 'util-linux',
  '/usr/bin/setpriv': 'util-linux',
  '/bin/mount': 'mount',
};

/** What it needs as well where its nodes stand on the file system of this computer. */
const forNodes: Readonly<Record<string, string>> = {
  '/usr/sbin/ctdbd': 'ctdb',
  '/usr/bin/ctdb': 'ctdb',
  '/usr/share/ctdb/events/legacy/10.interface.script': 'ctdb',
  [helper('ctdb_killtcp')]: 'ctdb',
  '/usr/sbin/iptables': 'iptables',
  '/usr/sbin/ethtool': 'ethtool',
  '/bin/ss': 'iproute2',
  '/usr/sbin/rpcbind': 'rpcbind',
  '/usr/sbin/smbd': 'samba',
  '/usr/bin/smbclient': 'smbclient',
  '/usr/bin/ganesha.nfsd': 'nfs-ganesha',
  '/usr/bin/nfs-cat': 'libnfs-utils',
  '/usr/bin/dbus-daemon': 'dbus-daemon',
  '/usr/bin/dbus-send': 'dbus-bin',
};

/**
 * Makes sure that a cluster can be started here.
 *
 * @throws Error naming everything that is missing at once, and how to get it.
 */
export function requirePrerequisites(): void {
  const complaints = findMissingPrerequisites();
  if (complaints.length > 0) throw new Error(`Cannot start a cluster:\n  ${complaints.join('\n  ')}`);
}

/** What is missing for a cluster to be started here, a sentence each, and how to get it. */
export function findMissingPrerequisites(): readonly string[] {
  const isOnThisSystem = releaseUnderTest.root === undefined;
  const files = Object.entries({ ...forMachines, ...(isOnThisSystem ? forNodes : {}) });
  const missing = files.filter(([path]) => !isThere(path));
  const complaints = missing.map(([path, name]) => `${path} is missing (Debian package ${name})`);
  if (missing.length > 0) {
    complaints.push(
      `install with: apt-get install ${[...new Set(missing.map(([, name]) => name))].join(' ')}`,
    );
  }
  if (process.geteuid?.() !== 0)
    complaints.push('this process is not root: network namespaces and ctdbd need it');
  return complaints;
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
