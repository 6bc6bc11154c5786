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

/** The packages that the tests of a release need; its core alone needs fewer. */
export const packagesOf = (suite: string, isCore: boolean): readonly string[] =>
  isCore ? clusters : [...clusters, ...dbus(suite), ...services];
