#!/bin/sh
# CTDB's event scripts, called by hand without CTDB_BASE, run on 4.25 only
#
# With: ctdb 2:4.13.13+dfsg-1~deb11u6 (Debian 11), 2:4.22.11+dfsg-0+deb13u1 (Debian 13), 2:4.25.1+dfsg-1 (sid)
# Guess: each script finds CTDB_BASE by where it was called from: /etc/ctdb/events/legacy/NN.name.script belongs to /etc/ctdb.
# Seen: up to 4.22 they take the directory one level above, /etc/ctdb/events, as in the time of /etc/ctdb/events.d. There are no
#       `functions`, so the shell ends with status 2 before the event is looked at. 4.25 goes two levels up, and works. Under
#       ctdbd nobody notices, for it sets CTDB_BASE.
#
# Needs root, apt and this checkout (.config/debian-root). Works in folders of its own. Exit status 1: it is otherwise now.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT

called() { # SUITE PACKAGE ...: the status of a script that was called by hand
	suite=$1
	shift
	.config/debian-root "$suite" "$folder/$suite" "$@" >&2
	.config/in-debian-root "$folder/$suite" /etc/ctdb/events/legacy/05.system.script setup >"$folder/said" 2>&1 &&
		status=0 || status=$?
	echo "$suite: status $status$(sed -n '1s/^/: /p' "$folder/said")"
}

older=2:4.13.13+dfsg-1~deb11u6
seen=$(
	called bullseye ctdb=$older samba-libs=$older libwbclient0=$older
	called trixie ctdb=2:4.22.11+dfsg-0+deb13u1
	called sid ctdb=2:4.25.1+dfsg-1
)
echo "$seen"
for line in '^bullseye: status 2: .*/etc/ctdb/events/functions' '^trixie: status 2: .*/etc/ctdb/events/functions' '^sid: status 0$'; do
	echo "$seen" | grep -q "$line" || exit 1
done
