/**
 * The shell function `program_stack_traces PROG N`, for commands that are shell.
 *
 * For up to N processes of PROG that have a kernel stack it prints `Stack trace for PROG[PID]:` and the stack. CTDB's
 * check files for NFS call it by this name.
 */
export const programStackTraces = `program_stack_traces() {
  traces_left=\${2:-1}
  for traced_pid in $(pidof "$1"); do
    [ "$traces_left" -gt 0 ] || return 0
    kernel_stack=$(cat "\${PROCFS_PATH:-/proc}/$traced_pid/stack" 2>/dev/null)
    [ -n "$kernel_stack" ] || continue
    printf 'Stack trace for %s[%s]:\\n%s\\n' "$1" "$traced_pid" "$kernel_stack"
    traces_left=$((traces_left - 1))
  done
  return 0
}`;
