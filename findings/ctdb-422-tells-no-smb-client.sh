#!/bin/sh
# CTDB 4.22 tells no client of smbd that its address has moved
#
# With: ctdb and samba 2:4.22.11+dfsg-0+deb13u1 (Debian 13), their scripts and defaults, clustering = yes
# Guess: releaseip resets smbd's end of a connection only, as with 4.17. The client's end is gone a second later: the node that takes
#        the address has the connection on its list and tickles the client, which is then reset.
# Seen: the next node has taken the connection off its list before it has the address, since smbd whose connection is gone has ctdbd
#       tell all nodes so. It tickles nobody, and the client still has the connection when the address has been there for two
#       seconds. A client that waits for an answer waits until it asks for something else, or gives up.
#
# Needs root, apt and this checkout (.config/debian-root). Works in a folder and networks of its own. Exit status 1: it is
# otherwise now.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
version=2:4.22.11+dfsg-0+deb13u1
.config/debian-root trixie "$folder/root" ctdb=$version samba=$version samba-common-bin=$version smbclient=$version \
	ethtool iproute2 iptables procps

cat >"$folder/root/root/move" <<'SH'
set -e
# A machine: a network, a /run and a CTDB of its own, on a cable to the bridge.
start() {
	unshare --net --mount --uts --fork --kill-child sh -ec "
		ip link set lo up
		hostname $1
		for each in /run /var/lib/ctdb /var/log /etc/samba; do mount -t tmpfs tmpfs \$each; done
		mkdir -p /run/ctdb /run/lock /var/lib/ctdb/volatile /var/lib/ctdb/persistent /var/lib/ctdb/state /var/log/ctdb /var/log/samba
		echo \$\$ >/root/$1.pid
		exec sleep 600" &
	until [ -s "/root/$1.pid" ]; do sleep 0.1; done
	ip link add "to-$1" type veth peer name eth0 netns "$(cat "/root/$1.pid")"
	ip link set "to-$1" master bridge up
	at "$1" ip addr add "$2/24" dev eth0
	at "$1" ip link set eth0 up
}
at() {
	pid=$(cat "/root/$1.pid")
	shift
	nsenter --target "$pid" --net --mount --uts -- "$@"
}
# Waits for this to succeed, for two minutes at most.
until_it() {
	for _ in $(seq 600); do
		! "$@" || return 0
		sleep 0.2
	done
	echo "not in two minutes: $*" >&2
	exit 1
}

ip link add bridge type bridge
ip link set bridge up
start one 10.9.0.1
start two 10.9.0.2
start client 10.9.0.9

printf '10.9.0.1\n10.9.0.2\n' >/etc/ctdb/nodes
echo '10.9.0.100/24 eth0' >/etc/ctdb/public_addresses
printf '[legacy]\n realtime scheduling = false\n' >/etc/ctdb/ctdb.conf
rm -f /etc/ctdb/events/legacy/*
for name in 00.ctdb 10.interface; do ln -s /usr/share/ctdb/events/legacy/$name.script /etc/ctdb/events/legacy/; done
cat >/root/smb.conf <<'CONF'
[global]
  clustering = yes
  map to guest = Bad User
  smb ports = 445
  disable netbios = yes
  private dir = /run
  lock directory = /run
  state directory = /run
  cache directory = /run
  pid directory = /run
  ncalrpc dir = /run/rpc
[tmp]
  path = /tmp
  guest ok = yes
CONF
are_healthy() { [ "$(at one ctdb -X status 2>/dev/null | grep -c '|0|0|0|0|0|0|0|')" = 2 ]; }
listens() { at "$1" ss -Htln | grep -q :445; }
holder() { at one ctdb -X ip | grep '|10.9.0.100|' | cut -d'|' -f3; }
is_held() { [ "$(holder)" != -1 ]; }
listed() { at "$next" ctdb -X gettickles 10.9.0.100 | grep -c '|445|' || true; }
is_listed() { [ "$(listed)" = 1 ]; }
is_there() { at "$next" ip -br addr | grep -q 10.9.0.100; }
ends() { at "$1" ss -Htn state established "$2" = 445 | wc -l; }

for node in one two; do at $node ctdbd; done
until_it are_healthy
for node in one two; do
	at $node cp /root/smb.conf /etc/samba/
	at $node smbd -D
	until_it listens $node
done
until_it is_held
case $(holder) in 0) has=one next=two ;; *) has=two next=one ;; esac
at client sh -c 'sleep 300 | smbclient //10.9.0.100/tmp -N' >/dev/null 2>&1 &
until_it is_listed
echo "before: the next node lists $(listed), the client has $(ends client dport)"
at $has ctdb disable
until_it is_there
sleep 2
echo "after: the next node lists $(listed), the old one has $(ends $has sport), the client has $(ends client dport)"
SH
seen=$(unshare --net .config/in-debian-root "$folder/root" sh /root/move)
echo "$seen"
for line in 'before: the next node lists 1, the client has 1' 'after: the next node lists 0, the old one has 0, the client has 1'; do
	echo "$seen" | grep -Fqx "$line" || exit 1
done
