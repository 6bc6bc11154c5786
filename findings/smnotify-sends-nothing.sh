#!/bin/sh
# CTDB's smnotify finds the client's statd, sends it nothing, and says that all is well
#
# With: ctdb 2:4.17.12+dfsg-0+deb12u4, nfs-common 1:2.6.2-4+deb12u1, rpcbind 1.2.6-6+b1 (Debian 12)
# Guess: `smnotify` sends its SM_NOTIFY by UDP from the public address to the client's statd, and fails if it cannot.
# Seen: it asks the client's rpcbind for the port of statd, and ends with 0. No packet goes to that port: after a failover
#       `statd-callout notify` takes the client off its list, and nobody has told it to reclaim its locks.
#
# Needs root and apt. Works in a Debian and a network namespace of its own. Exit status 1: it is otherwise now.
set -eu
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
"$here/../.config/debian-root" bookworm "$folder/root" nfs-common=1:2.6.2-4+deb12u1 rpcbind=1.2.6-6+b1 iproute2 netbase procps \
	tcpdump ctdb=2:4.17.12+dfsg-0+deb12u4
cat >"$folder/root/root/try" <<'TRY'
set -eu
wait_for() { n=0; until eval "$1"; do n=$((n + 1)); [ $n -lt 600 ] || { echo "never: $1"; exit 1; }; sleep 0.1; done; }
ip link set lo up
mkdir -p /run/rpcbind /run/sendsigs.omit.d
rpcbind -w
rpc.statd --no-notify
wait_for 'rpcinfo -p | grep -q "100024.*udp"'
port=$(rpcinfo -p | awk '$1 == 100024 && $3 == "udp" { print $4; exit }')
tcpdump -n -U -i lo -w /root/pcap udp 2>/root/tcpdump &
wait_for 'grep -q listening /root/tcpdump'
ended=0
/usr/libexec/ctdb/smnotify --client=127.0.0.1 --ip=127.0.0.1 --server=cluster --stateval=1001 || ended=$?
# What comes last: a datagram to statd, so that the capture is known to have all before it, and to see statd's port.
echo end >/dev/udp/127.0.0.1/"$port"
wait_for "tcpdump -n -r /root/pcap 'udp dst port $port and udp[4:2] = 12' 2>/dev/null | grep -q ."
count() { tcpdump -n -r /root/pcap "$1" 2>/dev/null | grep -c . || true; }
echo "smnotify ends with $ended; asked rpcbind: $(count 'udp dst port 111'), sent to statd: $(count "udp dst port $port and udp[4:2] > 12")"
TRY
seen=$(unshare --net "$here/../.config/in-debian-root" "$folder/root" bash /root/try 2>&1) || true
echo "$seen"
[ "$seen" = 'smnotify ends with 0; asked rpcbind: 1, sent to statd: 0' ]
