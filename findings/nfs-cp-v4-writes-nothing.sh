#!/bin/sh
# nfs-cp of Debian 12 copies no file of 4 KB or more to a server by NFSv4, and leaves an empty one
#
# With: libnfs-utils and libnfs13 4.0.0-1+deb12u1, nfs-ganesha and nfs-ganesha-vfs 4.3-2 (Debian 12)
# Guess: libnfs writes 64 KiB at once by NFSv4 as it does by NFSv3.
# Seen: by NFSv3 every size is copied. By NFSv4 3900 bytes are, 4000 and more are not: `Failed to write to dest file`, exit status
#       10, and a file of 0 bytes on the server. nfs_pwrite() says `ZDR error: Failed to encode COMPOUND4args`.
#
# Needs root and apt. Works in a Debian and a network namespace of its own. Exit status 1: it is otherwise now.
set -eu
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
"$here/../.config/debian-root" bookworm "$folder/root" libnfs-utils=4.0.0-1+deb12u1 libnfs13=4.0.0-1+deb12u1 \
	nfs-ganesha=4.3-2 nfs-ganesha-vfs=4.3-2 rpcbind iproute2 netbase
cat >"$folder/root/root/try" <<'TRY'
set -eu
wait_for() { n=0; until eval "$1"; do n=$((n + 1)); [ $n -lt 600 ] || { echo "never: $1"; exit 1; }; sleep 0.1; done; }
ip link set lo up
mkdir -p /run/ganesha /run/export
mount -t tmpfs tmpfs /run/export
chmod 777 /run/export
rpcbind -w
cat >/root/ganesha.conf <<'CONF'
NFS_CORE_PARAM { Protocols = 3, 4; }
NFSv4 { RecoveryBackend = fs; Graceless = true; }
EXPORT {
	Export_Id = 1; Path = /run/export; Pseudo = /run/export; Access_Type = RW; SecType = sys; Squash = no_root_squash;
	FSAL { Name = VFS; }
}
CONF
ganesha.nfsd -f /root/ganesha.conf -L /root/ganesha.log -p /run/ganesha/pid
wait_for 'rpcinfo -t 127.0.0.1 nfs 4 >/dev/null 2>&1'
for size in 3900 4000 65536; do
	head -c $size /dev/zero >/root/file
	for version in 3 4; do
		ended=0
		nfs-cp /root/file "nfs://127.0.0.1/run/export/v$version-$size?version=$version" >/dev/null 2>&1 || ended=$?
		echo "NFSv$version, $size bytes: ends with $ended, $(stat -c %s /run/export/v$version-$size) are there"
	done
done
kill "$(cat /run/ganesha/pid)"
TRY
seen=$(unshare --net "$here/../.config/in-debian-root" "$folder/root" bash /root/try 2>&1) || true
echo "$seen"
[ "$seen" = 'NFSv3, 3900 bytes: ends with 0, 3900 are there
NFSv4, 3900 bytes: ends with 0, 3900 are there
NFSv3, 4000 bytes: ends with 0, 4000 are there
NFSv4, 4000 bytes: ends with 10, 0 are there
NFSv3, 65536 bytes: ends with 0, 65536 are there
NFSv4, 65536 bytes: ends with 10, 0 are there' ]
