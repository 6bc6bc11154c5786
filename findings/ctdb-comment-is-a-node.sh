#!/bin/sh
# A comment in the nodes file is a node: it has a number, and the nodes below it have other numbers than without it
#
# With: ctdb 2:4.17.12+dfsg-0+deb12u4 (Debian 12); with 4.22.11 of Debian 13 it is the same
# Guess: a line that begins with # and holds an address is a deleted node, as the manual says. Any other comment is a comment, as it
#       is in public_addresses; and a blank line counts like one.
# Seen: any text after # makes a deleted node: with a first line "# The nodes of the web cluster" the first address is node 1, and the
#       cluster has no node 0. A blank line has no number. So a comment that is added to the file of one node, or taken away, gives
#       nodes other numbers there than elsewhere, and `ctdb listnodes` does not show what has the missing number.
#
# Needs root and apt. Works in a Debian and a network namespace of its own. Exit status 1: it is otherwise now.
set -eu
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
"$here/../.config/debian-root" bookworm "$folder/root" ctdb=2:4.17.12+dfsg-0+deb12u4 iproute2 procps
cat >"$folder/root/root/try" <<'TRY'
set -eu
wait_for() { n=0; until eval "$1"; do n=$((n + 1)); [ $n -lt 600 ] || { echo "never: $1"; tail /var/log/ctdb/log.ctdb; exit 1; }; sleep 0.2; done; }
ip link set lo up
mkdir -p /run/ctdb /var/log/ctdb
cd /etc/ctdb
printf '[logging]\nlocation = file:/var/log/ctdb/log.ctdb\n[legacy]\nrealtime scheduling = false\n' >ctdb.conf
rm events/legacy/*
try() {
	printf "$2" >nodes
	ctdbd
	wait_for 'ctdb pnn >/root/pnn 2>&1'
	echo "$1: 127.0.0.1 is node $(cat /root/pnn); listed: $(ctdb listnodes -X | tr '\n' ' ')"
	ctdb shutdown
	wait_for '! pgrep -x ctdbd >/dev/null'
}
try 'no comment' '127.0.0.1\n'
try 'a blank line' '\n127.0.0.1\n'
try 'a comment' '# The nodes of the web cluster\n127.0.0.1\n'
TRY
seen=$(unshare --net "$here/../.config/in-debian-root" "$folder/root" sh /root/try 2>&1) || true
echo "$seen"
[ "$seen" = 'no comment: 127.0.0.1 is node 0; listed: |0|127.0.0.1| 
a blank line: 127.0.0.1 is node 0; listed: |0|127.0.0.1| 
a comment: 127.0.0.1 is node 1; listed: |1|127.0.0.1| ' ]
