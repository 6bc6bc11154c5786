#!/bin/sh
# Linux resets the client of a socket whose IPv6 address is gone; of one whose IPv4 address is gone it does not
#
# With: iproute2 6.1.0-3 (Debian 12), Linux 6.18
# Guess: after the delete of an address nothing is sent from it. So `ss -K` then removes the server's end of a connection and
#        tells its client nothing, by both families, as a node wants it whose address another node is about to take.
# Seen: by IPv4 the client stays connected. By IPv6 it gets a reset from the address that its sender does not have any more, as
#       long as the sender has a route to it: by another address of the subnet, or by default.
#
# Needs root, apt and this checkout (.config/debian-root). Works in a folder and network namespaces of its own. Exit status 1:
# it is otherwise now.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
.config/debian-root bookworm "$folder/root" iproute2=6.1.0-3

cat >"$folder/root/root/reset" <<'SH'
set -e
unshare --net sleep 60 &
client="nsenter --target $! --net"
while [ "$(readlink /proc/$!/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.1; done
ip link add v0 type veth peer name v1 netns $!
ip link set v0 up
$client ip link set v1 up
for address in 10.0.0.1/24 10.0.0.9/24; do ip addr add $address dev v0; done
for address in fd00::1/64 fd00::9/64; do ip addr add $address dev v0 nodad; done
$client ip addr add 10.0.0.2/24 dev v1
$client ip addr add fd00::2/64 dev v1 nodad

timeout 60 perl -MSocket=:all -e '
    socket(my $server, AF_INET6, SOCK_STREAM, 0) or die;
    bind($server, pack_sockaddr_in6(4000, Socket::IN6ADDR_ANY)) or die;
    listen($server, 2) or die;
    open(my $ready, ">", "/root/listening") or die; close($ready);
    accept(my $one, $server) or die;
    accept(my $other, $server) or die;
    open($ready, ">", "/root/accepted") or die; close($ready);
    sleep 60;
' &
await() { timeout 20 sh -c "while [ ! -e /root/$1 ]; do sleep 0.1; done"; }
await listening
$client timeout 60 perl -MSocket=:all -e '
    socket(my $v4, AF_INET, SOCK_STREAM, 0) or die;
    connect($v4, pack_sockaddr_in(4000, inet_aton("10.0.0.1"))) or die "IPv4: $!";
    socket(my $v6, AF_INET6, SOCK_STREAM, 0) or die;
    connect($v6, pack_sockaddr_in6(4000, inet_pton(AF_INET6, "fd00::1"))) or die "IPv6: $!";
    sleep 60;
' &
await accepted
ip addr del 10.0.0.1/24 dev v0
ip addr del fd00::1/64 dev v0
ss -KHtn state established sport = :4000 >/dev/null
[ -z "$(ss -Htn state established)" ]
echo "clients that are still connected: $($client ss -Htn state established | awk '{ print $4 }' | tr '\n' ' ')"
SH
seen=$(unshare --net .config/in-debian-root "$folder/root" sh /root/reset)
echo "$seen"
[ "$seen" = 'clients that are still connected: 10.0.0.1:4000 ' ] || exit 1
