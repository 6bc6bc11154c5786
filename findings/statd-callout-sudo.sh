#!/bin/sh
# statd cannot run the callout that CTDB has for it: sudo fails, and no lock is ever reclaimed after a failover
#
# With: nfs-common 1:2.6.2-4+deb12u1, sudo 1.9.13p3-1+deb12u4, ctdb 2:4.17.12+dfsg-0+deb12u4 (Debian 12)
# Guess: `ha-callout = /etc/ctdb/statd-callout` and a line for statd in sudoers is all that the script asks for: it becomes root
#        by sudo, and notes who has locks.
# Seen: rpc.statd gives up its capability bounding set, and what it starts inherits that: sudo, setuid or not, is root without
#       any capability. `unable to change to root gid: Operation not permitted`, which goes nowhere: nothing is noted, so
#       that no client gets an SM_NOTIFY. Where root owns /var/lib/nfs/sm, statd stays root, and the callout needs no sudo.
#
# Needs root and apt. Works in a Debian and a network namespace of its own. Exit status 1: it is otherwise now.
set -eu
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
"$here/../.config/debian-root" bookworm "$folder/root" nfs-common=1:2.6.2-4+deb12u1 sudo=1.9.13p3-1+deb12u4 rpcbind procps \
	ctdb=2:4.17.12+dfsg-0+deb12u4 iproute2 netbase
cat >"$folder/root/root/try" <<'TRY'
set -eu
wait_for() { n=0; until eval "$1"; do n=$((n + 1)); [ $n -lt 300 ] || { echo "never: $1"; exit 1; }; sleep 0.1; done; }
ip link set lo up
mkdir -p /run/rpcbind /run/sendsigs.omit.d
rpcbind -w
echo 'statd ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/statd
chmod 440 /etc/sudoers.d/statd
printf '[statd]\nname = cluster\nha-callout = /srv/callout\n' >/etc/nfs.conf
# What CTDB's statd-callout does first of all.
cat >/srv/callout <<'CALLOUT'
#!/bin/sh
[ "$(id -u)" = 0 ] && exec /bin/sh -c 'echo "root: $1"' sh "$1" >>/srv/said
sudo sh -c 'echo "root by sudo: $1"' sh "$1" >>/srv/said 2>&1
echo "sudo exits with $?" >>/srv/said
CALLOUT
chmod 755 /srv/callout
grep -q '^\[ "$(id -u)" -eq 0 \] || exec sudo' /etc/ctdb/statd-callout
for owner in statd root; do
	chown $owner /var/lib/nfs /var/lib/nfs/sm /var/lib/nfs/sm.bak
	: >/srv/said
	chmod 666 /srv/said
	rpc.statd --no-notify
	wait_for 'rpcinfo -u 127.0.0.1 status 1 >/dev/null 2>&1'
	# SM_MON (procedure 2 of program 100024) for the client 192.0.2.7, as the kernel's lock server sends it.
	perl -MIO::Socket::INET -e '
		($port) = `rpcinfo -p` =~ /100024\s+1\s+udp\s+(\d+)/ or die "no statd";
		sub words { pack "N*", @_ }
		sub string { my $text = shift; words(length $text) . pack("a" . 4 * int((length($text) + 3) / 4), $text) }
		$call = words(7, 0, 2, 100024, 1, 2, 0, 0, 0, 0) . string("192.0.2.7") . string("cluster") . words(100021, 3, 16) . "\0" x 16;
		$socket = IO::Socket::INET->new(Proto => "udp", LocalPort => 700, PeerAddr => "127.0.0.1", PeerPort => $port) or die;
		$socket->send($call);
		alarm 20;
		$socket->recv($reply, 400);
		print "SM_MON of statd as '$owner': ", (unpack "N*", $reply)[6] == 0 ? "monitored" : "refused", "\n"'
	wait_for 'grep -qE "^(sudo exits|root)" /srv/said'
	cat /srv/said
	grep CapBnd "/proc/$(pgrep -x rpc.statd)/status"
	pkill -x rpc.statd
	wait_for '! pgrep -x rpc.statd >/dev/null'
	rm -f /var/lib/nfs/sm/*
done
TRY
seen=$(unshare --net "$here/../.config/in-debian-root" "$folder/root" bash /root/try 2>&1) || true
echo "$seen"
[ "$(printf '%s\n' "$seen" | grep -v '^sudo: error initializing')" = "SM_MON of statd as statd: monitored
sudo: unable to change to root gid: Operation not permitted
sudo exits with 1
CapBnd:	0000000000000000
SM_MON of statd as root: monitored
root: add-client
CapBnd:	0000000000000000" ]
