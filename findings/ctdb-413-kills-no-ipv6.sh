#!/bin/sh
# CTDB 4.13 resets no IPv6 connection when it releases an address
#
# With: ctdb 2:4.13.13+dfsg-1~deb11u6, iproute2 5.10.0-4 (Debian 11)
# Guess: what ss prints of established connections is what ctdb_killtcp reads, for both families.
# Seen: ss prints IPv6 addresses in brackets, and ctdb_killtcp refuses them, with all other lines that it was given:
#       "Unable to parse connections (Invalid argument)". So CTDB's functions kill no connection of a released IPv6 address,
#       nor any of an IPv4 address that has one connection to a socket of both families ([::ffff:10.0.0.1]:445).
#       Without brackets, in which 4.13 and later read it, the connection is reset.
#
# Needs root, apt and this checkout (.config/debian-root). Works in a folder and a network namespace of its own. Exit
# status 1: it is otherwise now.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
version=2:4.13.13+dfsg-1~deb11u6
.config/debian-root bullseye "$folder/root" ctdb=$version samba-libs=$version libwbclient0=$version \
	iproute2=5.10.0-4 iptables

cat >"$folder/root/root/release" <<'SH'
set -e
ip link set lo up
ip addr add fd00::1/64 dev lo nodad
perl -MSocket=:all -e '
    socket(my $server, AF_INET6, SOCK_STREAM, 0) or die;
    bind($server, pack_sockaddr_in6(4000, inet_pton(AF_INET6, "fd00::1"))) or die;
    listen($server, 1) or die;
    socket(my $client, AF_INET6, SOCK_STREAM, 0) or die;
    connect($client, pack_sockaddr_in6(4000, inet_pton(AF_INET6, "fd00::1"))) or die;
    accept(my $connection, $server) or die;
    open(my $ready, ">", "/root/ready") or die;
    close($ready);
    sleep 60;
' &
while [ ! -e /root/ready ]; do sleep 0.1; done
CTDB_BASE=/etc/ctdb
. /etc/ctdb/functions
established() { ss -Htn state established 'src [fd00::1]' | wc -l; }
echo "by CTDB's functions: $(kill_tcp_connections lo fd00::1 2>&1) ($(established) ends are left)"
ss -Htn state established 'src [fd00::1]' | awk '{ print $3, $4 }' | tr -d '[]' | /usr/lib/*/ctdb/ctdb_killtcp lo
echo "without brackets: $(established) ends are left"
SH
seen=$(unshare --net .config/in-debian-root "$folder/root" sh /root/release)
echo "$seen"
for line in 'Unable to parse connections (Invalid argument)' '(2 ends are left)' 'without brackets: 0 ends are left'; do
	echo "$seen" | grep -Fq "$line" || exit 1
done
