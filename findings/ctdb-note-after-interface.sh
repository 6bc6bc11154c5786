#!/bin/sh
# A note after the interface in public_addresses is fine with ctdbd, and makes the node unhealthy
#
# With: ctdb 2:4.17.12+dfsg-0+deb12u4 (Debian 12)
# Guess: ctdbd and CTDB's 10.interface read the file alike: ctdbd takes "10.98.0.1/24 eth0 # web", so the script does.
# Seen: ctdbd takes the first two words of a line, and puts the address on eth0. 10.interface takes all words after the first for
#       interfaces, and monitors "#" and "web": "Monitored interface # does not exist". The node never becomes healthy. The same
#       comes of blanks before a comment's #, and of lines that end in CRLF.
#
# Needs root and apt. Works in a Debian and a network namespace of its own. Exit status 1: it is otherwise now.
set -eu
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
"$here/../.config/debian-root" bookworm "$folder/root" ctdb=2:4.17.12+dfsg-0+deb12u4 ethtool iproute2 iptables procps
cat >"$folder/root/root/try" <<'TRY'
set -eu
wait_for() { n=0; until eval "$1"; do n=$((n + 1)); [ $n -lt 600 ] || { echo "never: $1"; tail /var/log/ctdb/log.ctdb; exit 1; }; sleep 0.2; done; }
ip link set lo up
ip link add eth0 type veth peer name cable
ip link set eth0 up
ip link set cable up
mkdir -p /run/ctdb /var/log/ctdb
cd /etc/ctdb
echo 127.0.0.1 >nodes
printf '[logging]\nlocation = file:/var/log/ctdb/log.ctdb\n[legacy]\nrealtime scheduling = false\n' >ctdb.conf
rm events/legacy/*
ln -s /usr/share/ctdb/events/legacy/10.interface.script events/legacy/
echo '10.98.0.1/24 eth0 # web' >public_addresses
ctdbd
wait_for 'ctdb -X ip 2>/dev/null | grep -q "|10.98.0.1|"'
echo "ctdbd: $(ctdb -X ip -v | grep -o '10.98.0.1|.*' | cut -d'|' -f1,5)"
for event in startup monitor; do
	echo "$event: $(CTDB_BASE=/etc/ctdb events/legacy/10.interface.script "$event" 2>&1 | grep 'does not exist' | sort | tr '\n' ';')"
done
ctdb shutdown
TRY
seen=$(unshare --net "$here/../.config/in-debian-root" "$folder/root" sh /root/try 2>&1) || true
echo "$seen"
echo "$seen" | grep -q '^ctdbd: 10.98.0.1|' || exit 1
echo "$seen" | grep -q '^monitor: .*Monitored interface # does not exist.*Monitored interface web does not exist'
