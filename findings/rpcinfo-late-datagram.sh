#!/bin/sh
# rpcinfo gives up a UDP call at the first datagram that answers another call
#
# With: rpcbind 1.2.6-6+b1, libtirpc3 1.3.3+ds-1 (Debian 12)
# Guess: a datagram with another xid, such as a late reply, is dropped, and the wait for the right one goes on.
# Seen: `rpcinfo -T udp` says "Timed out" within a second, with status 1, though the right reply follows at once. Over TCP
#       the same two replies are a success. A check of a service by UDP fails so after one late reply.
#
# Needs root, apt and perl. Works in a folder and a network namespace of its own. Exit status 1: it is otherwise now.
set -eu
[ "${1:-}" = inside ] || {
	script=$(realpath "$0")
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	chmod 755 "$folder"
	cd "$folder"
	apt-get -o APT::Sandbox::User=root download -qq rpcbind=1.2.6-6+b1 libtirpc3=1.3.3+ds-1 libtirpc-common=1.3.3+ds-1
	for package in ./*.deb; do dpkg -x "$package" root; done
	# Not `exec`, so that the folder is removed.
	unshare --net --mount sh "$script" inside
	exit
}

ip link set lo up
# An /etc with the package's list of transports, and the names that it looks up.
mount -t tmpfs tmpfs /etc
cp root/etc/netconfig /etc/
printf 'sunrpc 111/%s\n' tcp udp >/etc/services
printf 'tcp 6 TCP\nudp 17 UDP\n' >/etc/protocols

# An rpcbind that names port 3000 for every program, and that program: it answers another call first, then this one.
cat >server.pl <<'PERL'
use strict;
use Socket;
use IO::Select;
my ($udp, %is_listening);
sub reply { my ($xid, $rest) = @_; return pack('N6', $xid, 1, 0, 0, 0, 0) . $rest }
sub replies {
    my ($xid, $program) = unpack('N x8 N', $_[0]);
    my $address = '127.0.0.1.11.184';
    return (reply($xid, pack('N/a*', $address) . "\0" x (-length($address) % 4))) if $program == 100000;
    return (reply($xid + 1, ''), reply($xid, ''));
}
my $select = IO::Select->new;
for my $port (111, 3000) {
    socket(my $datagrams, PF_INET, SOCK_DGRAM, 0) or die;
    socket(my $listener, PF_INET, SOCK_STREAM, 0) or die;
    for ($datagrams, $listener) { bind($_, sockaddr_in($port, INADDR_ANY)) or die }
    listen($listener, 8);
    $is_listening{$listener} = 1;
    $select->add($datagrams, $listener);
}
open(my $ready, '>', 'ready');
close($ready);
while (my @heard = $select->can_read) {
    for my $socket (@heard) {
        if ($is_listening{$socket}) { accept(my $connection, $socket); $select->add($connection); next }
        my $from = recv($socket, my $call, 9000, 0);
        if (!defined $call || $call eq '') { $select->remove($socket); close($socket); next }
        if (getsockopt($socket, SOL_SOCKET, SO_TYPE) eq pack('i', SOCK_STREAM)) {
            send($socket, join('', map { pack('N', 0x80000000 + length) . $_ } replies(substr($call, 4))), 0);
        } else { send($socket, $_, 0, $from) for replies($call) }
    }
}
PERL
perl server.pl &
server=$!
trap 'kill $server' EXIT
while [ ! -e ready ]; do sleep 0.1; done

ask() { LD_LIBRARY_PATH=$(echo root/usr/lib/*/ root/lib/*/ | tr ' ' :) root/usr/sbin/rpcinfo -T "$1" 127.0.0.1 100003 3 2>&1; }
before=$(date +%s)
udp=$(ask udp) && status=0 || status=$?
seconds=$(($(date +%s) - before))
tcp=$(ask tcp) || true
printf 'udp, after %s s, status %s:\n%s\ntcp:\n%s\n' "$seconds" "$status" "$udp" "$tcp"
case $udp in
*'RPC: Timed out'*) ;;
*) exit 1 ;;
esac
[ "$seconds" -lt 5 ] && [ "$status" = 1 ] && [ "$tcp" = 'program 100003 version 3 ready and waiting' ]
