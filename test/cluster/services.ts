import { diskDirectory } from './machine.ts';
import { scenarioDirectory, type ClusterNode } from './node.ts';
import type { Release } from './release.ts';

/** The options of a node with these services. */
export const serviceOptions = `
NFS_HOSTNAME=cluster
CTDB_NFS_CALLOUT=/etc/ctdb/callout
CTDB_NFS_CHECKS_DIR=/etc/ctdb/checks
CTDB_NFS_EXPORTS_FILE=${scenarioDirectory}/ganesha.conf
CTDB_NFS_SHARED_STATE_DIR=/run/gpfs
`;

/** Where ganesha.nfsd puts its process id, by Debian's unit. */
export const ganeshaPidFile = '/run/ganesha/ganesha.pid';

/** What a node exports by NFS. */
export const exportDirectory = ({ root }: Release): string =>
  root === undefined ? `${scenarioDirectory}/export` : `${diskDirectory}/export`;

/** What CTDB 4.17's own 60.nfs does not hand on to the callout, unless ctdbd has it in its environment. */
export const serviceEnvironment = { CTDB_NFS_EXPORTS_FILE: `${scenarioDirectory}/ganesha.conf` } as const;

/**
 * Prepares a node for Debian's smbd and nfs-ganesha, each with one share that says which node it is on.
 *
 * What the packages keep in /etc, /var/lib and /usr is covered by the machine's own mounts. The callout is CTDB's example
 * for Ganesha, which takes the file system named gpfs for the cluster's; from 4.22 on it asks findmnt(8) for its type, for
 * which a program stands in, since there is no cluster file system here.
 */
export async function layOutServices({ machine, release }: ClusterNode): Promise<void> {
  const write = (name: string, text: string, mode = 0o644): Promise<void> =>
    machine.write(`${scenarioDirectory}/${name}`, text, mode);
  await machine.run('sh', '-ec', `${release.root === undefined ? coverNfsState : ''}${layOut}`);
  for (const directory of [`${scenarioDirectory}/share`, exportDirectory(release)])
    await machine.write(`${directory}/whoami`, `served by ${machine.name}\n`);
  await write('smb.conf', smbConf);
  await write('ganesha.conf', ganeshaConf(release));
  await write('sbin/service', service, 0o755);
  await write('sbin/findmnt', '#!/bin/sh\necho gpfs\n', 0o755);
  await machine.write('/etc/ctdb/callout', callout, 0o755);
  await machine.write('/etc/ctdb/checks/00.portmapper.check', 'family="tcp udp"\n');
  await machine.write('/etc/ctdb/checks/20.nfs.check', nfsCheck);
  await machine.run('sh', '-ec', 'rpcbind -w && dbus-daemon --system --fork');
}

/** What is to be left alone where the machine has no file system of its own. */
const coverNfsState = `
mount -n -t tmpfs tmpfs /var/lib/nfs
`;

const layOut = `
mkdir -p ${scenarioDirectory}/sbin ${scenarioDirectory}/share /run/samba/lock /run/samba/state /run/samba/cache /run/samba/private /run/samba/ncalrpc /var/log/samba /run/ganesha /run/dbus
mount -n --bind ${scenarioDirectory}/sbin /usr/local/sbin
mount -n -t tmpfs tmpfs /etc/samba
ln -s ${scenarioDirectory}/smb.conf /etc/samba/smb.conf
mkdir -p /run/gpfs && mount -n -t tmpfs gpfs /run/gpfs
mkdir -p /etc/ctdb/checks
cat /usr/share/doc/ctdb/examples/nfs-ganesha-callout >/etc/ctdb/nfs-ganesha-callout
chmod 0755 /etc/ctdb/nfs-ganesha-callout
`;

/** What every smb.conf of a node begins with: what smbd keeps is the node's own. */
export const smbGlobals = `[global]
  server role = standalone server
  map to guest = Bad User
  smb ports = 445
  disable netbios = yes
  load printers = no
  lock directory = /run/samba/lock
  state directory = /run/samba/state
  cache directory = /run/samba/cache
  private dir = /run/samba/private
  pid directory = /run/samba
  ncalrpc dir = /run/samba/ncalrpc
  log file = /var/log/smbd.log
`;

const smbConf = `${smbGlobals}[data]
  path = ${scenarioDirectory}/share
  guest ok = yes
`;

const ganeshaConf = (release: Release): string => `
NFS_CORE_PARAM { Protocols = 3; NFS_Port = 2049; MNT_Port = 20048; NLM_Port = 32803; Rquota_Port = 4501; ${release.ganeshaSettings} }
NFSv4 { RecoveryBackend = fs; Grace_Period = 5; }
EXPORT {
  Export_Id = 1;
  Path = "${exportDirectory(release)}";
  Pseudo = /export;
  Access_Type = RW;
  SecType = sys;
  FSAL { Name = VFS; }
}
`;

/** Starts and stops both as service(8) does where there is a service manager. */
const service = `#!/bin/sh
pidfile=${ganeshaPidFile}
[ "$1" = smbd ] && pidfile=/run/samba/smbd.pid
case "$1 $2" in
"smbd start") smbd -D ;;
"nfs-ganesha start") ganesha.nfsd -f ${scenarioDirectory}/ganesha.conf -L /var/log/ganesha.log -p $pidfile ;;
*" stop")
  pid=$(cat $pidfile 2>/dev/null) || exit 0
  kill "$pid" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 "$pid" 2>/dev/null || exit 0
    sleep 0.5
  done
  kill -9 "$pid" || true
  ;;
*) exit 64 ;;
esac
`;

/** Writes down what CTDB's own callout is asked, and asks it. */
const callout = `#!/bin/sh
echo "$*" >>${scenarioDirectory}/callout
exec /etc/ctdb/nfs-ganesha-callout "$@"
`;

const nfsCheck = `version="3"
restart_every=1
unhealthy_after=1
service_stop_cmd="$CTDB_NFS_CALLOUT stop nfs"
service_start_cmd="$CTDB_NFS_CALLOUT start nfs"
`;
