#!/bin/sh
# SIGTERM ends ctdbd without a shutdown: no event is raised, and the public addresses stay on the interface
#
# With: ctdb 2:4.17.12+dfsg-0+deb12u4 (Debian 12)
# Guess: like other daemons ctdbd shuts down at SIGTERM: it releases its addresses and raises `shutdown`.
# Seen: it has no handler and is gone at once. Its event daemon does end in order. `systemctl kill ctdb` and a machine
#       that ends its processes by SIGTERM leave the addresses where they are, while other nodes take them over;
#       `ctdb shutdown`, and so `systemctl stop ctdb`, does not.
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
held() { ip -o addr show dev eth0 | grep -c 'inet 10\.98\.' || true; }
ip link set lo up
ip link add eth0 type veth peer name cable
ip link set eth0 up
ip link set cable up
mkdir -p /run/ctdb /var/log/ctdb
cd /etc/ctdb
echo 127.0.0.1 >nodes
echo '10.98.0.1/24 eth0' >public_addresses
printf '[logging]\nlocation = file:/var/log/ctdb/log.ctdb\n[legacy]\nrealtime scheduling = false\n' >ctdb.conf
rm events/legacy/*
ln -s /usr/share/ctdb/events/legacy/10.interface.script events/legacy/
printf '#!/bin/sh\necho "$1" >>/root/events\n' >events/legacy/70.witness.script
chmod +x events/legacy/70.witness.script
for how in 'ctdb shutdown' 'pkill -TERM -o -x ctdbd'; do
	ctdbd
	wait_for '[ "$(held)" = 1 ]'
	: >/root/events
	$how
	wait_for '! pgrep -x ctdbd >/dev/null'
	printf '%s: addresses left: %s, events: %s\n' "$how" "$(held)" "$(grep -cx shutdown /root/events || true) shutdown"
done
TRY
seen=$(unshare --net "$here/../.config/in-debian-root" "$folder/root" sh /root/try 2>&1) || true
echo "$seen"
[ "$seen" = 'ctdb shutdown: addresses left: 0, events: 1 shutdown
pkill -TERM -o -x ctdbd: addresses left: 1, events: 0 shutdown' ]
