#!/bin/sh
# ctdb-path of CTDB 4.25 knows no `rundir` any more, and no other directory holds all that it held
#
# With: ctdb 2:4.22.11+dfsg-0+deb13u1 (Debian 13), 2:4.25.1+dfsg-1 (sid)
# Guess: `ctdb-path rundir`, there since 4.9, goes on to name the directory of sockets and pid files, whichever that is.
# Seen: 4.25 prints its usage and ends with status 1. It has `lockdir`, `piddir` and `socketdir` instead, on Debian all of them
#       /run/samba/ctdb, while ctdbd's own socket stays in /run/ctdb, which none of them names: only `socket ctdbd` does.
#
# Needs root, apt and this checkout (.config/debian-root). Works in folders of its own. Exit status 1: it is otherwise now.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf --one-file-system "$folder"' EXIT

asked() { # SUITE PACKAGE: what its ctdb-path answers
	.config/debian-root "$1" "$folder/$1" "$2" >&2
	for question in rundir lockdir piddir socketdir 'socket eventd' 'socket ctdbd'; do
		# shellcheck disable=SC2086 # a question may be two words
		answer=$(.config/in-debian-root "$folder/$1" /usr/libexec/ctdb/ctdb-path $question 2>/dev/null) && status=0 || status=$?
		[ $status = 0 ] || answer="status $status"
		echo "$1 $question: $answer"
	done
}

seen=$(
	asked trixie ctdb=2:4.22.11+dfsg-0+deb13u1
	asked sid ctdb=2:4.25.1+dfsg-1
)
echo "$seen"
for line in 'trixie rundir: /run/ctdb' 'trixie lockdir: status 1' 'trixie socket ctdbd: /run/ctdb/ctdbd.socket' \
	'sid rundir: status 1' 'sid lockdir: /run/samba/ctdb' 'sid piddir: /run/samba/ctdb' \
	'sid socketdir: /run/samba/ctdb' 'sid socket eventd: /run/samba/ctdb/eventd.socket' \
	'sid socket ctdbd: /run/ctdb/ctdbd.socket'; do
	echo "$seen" | grep -Fqx "$line" || { echo "expected $line"; exit 1; }
done
