# Read by every stub: records the call and refuses what the stub does not know.
# What there is on the node is in files below $STUB_STATE, one thing a line; tests write them and read them.

set -u
state=$STUB_STATE

# Adds the call to the record, words with blanks in quotes.
record() {
	line=${0##*/}
	for word do
		case $word in *' '*) line="$line \"$word\"" ;; *) line="$line $word" ;; esac
	done
	printf '%s\n' "$line" >>"$state/calls"
	failure "$line"
}

# Fails as the test told the call to: a line `CALL => TEXT` in the file `failures`.
failure() {
	[ -e "$state/failures" ] || return 0
	while IFS= read -r told; do
		if [ "${told%% => *}" = "$1" ]; then
			printf '%s\n' "${told#* => }" >&2
			exit 2
		fi
	done <"$state/failures"
}

# A form that is not in BEHAVIOUR's list.
refuse() {
	printf 'stub: unknown form: %s\n' "$line" | tee -a "$state/refused" >&2
	exit 2
}

# The lines of a state file; one that is not there has none.
lines() {
	[ ! -e "$state/$1" ] || cat "$state/$1"
}

# Leaves out of a state file the lines that are exactly $2; fails if there are none.
drop_line() {
	lines "$1" | grep -Fqx -- "$2" || return 1
	lines "$1" | grep -Fvx -- "$2" >"$state/$1.new"
	mv "$state/$1.new" "$state/$1"
}
