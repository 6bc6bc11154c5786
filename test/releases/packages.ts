/** What the file system of a release has beside Debian's least, for clusters alone. */
const clusters = ['ctdb', 'ethtool', 'iproute2', 'iptables', 'nftables', 'procps', 'psmisc'];

/** What the tests with services and their clients need as well. */
const services = [
  'libnfs-utils',
  'nfs-ganesha',
  'nfs-ganesha-vfs',
  'rpcbind',
  'samba',
  'samba-common-bin',
  'smbclient',
];

/** Debian 11 has in one package what later ones have in two. */
const dbus = (suite: string): readonly string[] =>
  suite === 'bullseye' ? ['dbus'] : ['dbus-bin', 'dbus-daemon'];

/**
 * What is built of Samba's source, and what of it these depend on. In Debian 11 it has to be that of the suite itself: the
 * index of its security updates, which have ended, names a ctdb that was never there.
 */
const ofSamba = ['ctdb', 'samba-libs', 'libwbclient0'];
const ofSambaForServices = ['libsmbclient', 'python3-samba', 'samba-common'];

/** The packages that the tests of a release need; its core alone needs fewer. */
export function packagesOf(suite: string, isCore: boolean): readonly string[] {
  const wanted = isCore ? clusters : [...clusters, ...dbus(suite), ...services];
  if (suite !== 'bullseye') return wanted;
  const fixed = isCore
    ? ofSamba
    : [...ofSamba, ...ofSambaForServices, 'samba', 'samba-common-bin', 'smbclient'];
  const others = wanted.filter((name) => !fixed.includes(name));
  return [...fixed.map((name) => `${name}/bullseye`), ...others];
}
