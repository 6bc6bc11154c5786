#!/bin/sh
# CTDB's statd helper removes /bin, /lib and /sbin on a node that has no statd directory
#
# With: ctdb 2:4.22.11+dfsg-0+deb13u1 (Debian 13), without nfs-common, which makes /var/lib/nfs
# Guess: without /var/lib/nfs/statd/sm and /var/lib/nfs/sm `statd_callout_helper notify` says so, as it does at `startup`,
#        or has nothing to do.
# Seen: it removes every file of `/` that is no directory, which on a Debian are the links bin, lib, lib64 and sbin to usr: no
#       program starts any more. 60.nfs runs it after each takeover, with an NFS server that brings no statd too.
#
# Needs root, apt and this checkout (.config/debian-root). Works in a folder of its own. Exit status 1: it is otherwise now.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
.config/debian-root trixie "$folder/root" ctdb=2:4.22.11+dfsg-0+deb13u1
links() { find "$folder/root" -mindepth 1 -maxdepth 1 -type l -printf '%f\n' | sort | tr '\n' ' '; }

[ ! -e "$folder/root/var/lib/nfs" ]
before=$(links)
.config/in-debian-root "$folder/root" /usr/libexec/ctdb/statd_callout_helper notify || true
after=$(links)
echo "links of / before: ${before:-none}; afterwards: ${after:-none}"
if [ "$before" != 'bin lib lib64 sbin ' ] || [ "$after" != '' ]; then exit 1; fi
