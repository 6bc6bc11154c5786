import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { rootsDirectory } from '../../cluster/releases.ts';
import { prepareRoot } from '../../releases/prepare-root.ts';
import { lockRoot } from '../../releases/root-lock.ts';

/** The file system of a Debian 12 with all services of the cookbook, none of which is installed on this machine. */
export const serviceRoot = `${rootsDirectory}/services`;

const packages = [
  ...['ctdb', 'ethtool', 'iproute2', 'iptables', 'nftables', 'procps', 'psmisc'],
  ...['nginx-light', 'proftpd-core', 'libwrap0', 'rsync', 'postgresql', 'haproxy', 'socat', 'curl'],
  ...['tgt', 'libiscsi-bin', 'swift-proxy', 'swift-account', 'swift-container', 'swift-object', 's3cmd'],
];

/** It cannot be installed beside proftpd-core, so its files are put there alone. */
const addVsftpd = `
cd "$(mktemp -d)"
apt-get download -q vsftpd
dpkg-deb --fsys-tarfile vsftpd_*.deb | tar -x -C / --keep-directory-symlink
id -u ftp >/dev/null 2>&1 || useradd --system --home-dir /srv/ftp --create-home ftp
rm -r "$PWD"`;

/** What vitest does around the tests of this project: the file system is there, and nobody makes it anew meanwhile. */
export default async function useServiceRoot(_project: TestProject): Promise<() => Promise<void>> {
  {
    await using _lock = await lockRoot(serviceRoot, 'make', console.log);
    prepareRoot('bookworm', serviceRoot, packages);
    if (!existsSync(`${serviceRoot}/usr/sbin/vsftpd`)) inRoot(addVsftpd);
  }
  const lock = await lockRoot(serviceRoot, 'run', console.log);
  return () => Promise.resolve(lock[Symbol.asyncDispose]());
}

function inRoot(script: string): void {
  const { status, stderr } = spawnSync('chroot', [serviceRoot, 'sh', '-ec', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${serviceRoot} has no vsftpd: ${stderr}`);
}
