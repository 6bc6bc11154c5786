#!/bin/sh
# CTDB 4.25's updateip puts an address on the new interface with the mask that it happened to have, not the configured one
#
# With: ctdb 2:4.25.1+dfsg-1 (Debian sid), its 10.interface.script
# Guess: an address that is on d0 as /16 and that ctdbd moves to d1 as /24 is on d1 as /24: the script warns of the difference, and
#        says where it adds the address that the mask found must not be used.
# Seen: it warns, and adds /16: the function that looks the address up has the script's variable of the given mask as its own. So
#       a mask that somebody changed by hand lasts through every move within the node, with the same warning at each.
#
# Needs root, apt and this checkout (.config/debian-root). Works in a folder and a network of its own. Exit status 1: it is
# otherwise now.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT
.config/debian-root sid "$folder/root" ctdb=2:4.25.1+dfsg-1
cat >"$folder/root/tmp/move" <<'MOVE'
ip link add d0 type veth peer name d1
ip link set d0 up
ip addr add 10.0.0.1/16 dev d0
echo '10.0.0.1/24 d0,d1' >/etc/ctdb/public_addresses
mkdir -p /var/lib/ctdb/scripts
CTDB=true /usr/share/ctdb/events/legacy/10.interface.script updateip d0 d1 10.0.0.1 24
ip -br addr show to 10.0.0.1
MOVE
said=$(unshare --net .config/in-debian-root "$folder/root" env CTDB_BASE=/etc/ctdb sh /tmp/move 2>/dev/null)
echo "$said"
case $said in
*'WARNING: Public IP 10.0.0.1 has 16 bit netmask but VNN says 24'*'d1@d0 '*' 10.0.0.1/16'*) ;;
*) exit 1 ;;
esac
