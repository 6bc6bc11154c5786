# Read by every stub: records the call, and refuses what the stub does not know.
# What the stubs know of the node is in files below $STUBS_STATE; the tests write them.

state=$STUBS_STATE

# Adds a line to the calls, in the order in which they began.
record() {
  printf '%s\n' "$*" >>"$state/calls"
}

# A form of a command that no test foresaw: loud in the output and in the calls.
refuse() {
  printf 'STUB REFUSES: %s\n' "$*" | tee -a "$state/calls" >&2
  exit 99
}

# Whether a line of a state file is exactly this; a file that is not there has no lines.
has_line() {
  grep -Fqx -- "$2" "$state/$1" 2>/dev/null
}
