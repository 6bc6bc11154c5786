import { programStackTraces } from 'ctdb-hook';
import { stateDirectory, type NfsContext } from './nfs-context.ts';
import { serviceName } from './release.ts';

/** The variables of CTDB's script that its functions need, or that a check file may use, where it checks this program. */
export const scriptVariables = (program: string, context: NfsContext): Readonly<Record<string, string>> => ({
  service_name: serviceName(context.replaced),
  script_name: '60.nfs.script',
  script_state_dir: stateDirectory(context),
  _progname: program,
});

/** Shell that sets variables. */
export const assignments = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join('\n');

/**
 * Shell that defines what a check file finds where CTDB's own script evaluates it: the functions of the installed CTDB's
 * functions file, the script's own checks of RPC services, the script's variables, and its state directory.
 */
export function scriptShell(program: string, context: NfsContext): string {
  const variables = assignments(scriptVariables(program, context));
  return [programStackTraces, sourceFunctions, rpcFunctions, variables, makeStateDirectory].join('\n');
}

const makeStateDirectory = '[ -d "$script_state_dir" ] || mkdir -p "$script_state_dir"';

/**
 * CTDB's functions take the place of ours. To read them runs `rc.local` too: what that prints, the event has said when its
 * options were read, and its variables are weaker than those of the option files, which are in the environment already.
 */
const sourceFunctions = `if [ -r "$CTDB_BASE/functions" ]; then
  options_of_files=$(export -p)
  . "$CTDB_BASE/functions" >/dev/null
  eval "$options_of_files"
fi`;

/** `ctdb_check_rpc PROG [VERSION [FAMILY]]` and `nfs_check_rpcinfo PROG [VERSIONS [FAMILIES]]`. */
const rpcFunctions = `ctdb_check_rpc() {
  case \${3:-tcp} in
  *6) rpc_host=\${CTDB_RPCINFO_LOCALHOST6:-::1} ;;
  *) rpc_host=\${CTDB_RPCINFO_LOCALHOST:-127.0.0.1} ;;
  esac
  ctdb_check_rpc_out=$(rpcinfo -T "\${3:-tcp}" "$rpc_host" "$1" \${2:-} 2>&1) && return
  ctdb_check_rpc_out=$(printf '%s failed RPC check:\\n%s' "$1" "$ctdb_check_rpc_out")
  printf '%s\\n' "$ctdb_check_rpc_out"
  return 1
}
nfs_check_rpcinfo() {
  for rpc_family in \${3:-tcp}; do
    if [ -z "\${2:-}" ]; then
      ctdb_check_rpc "$1" '' "$rpc_family" || return
    fi
    for rpc_version in \${2:-}; do
      ctdb_check_rpc "$1" "$rpc_version" "$rpc_family" || return
    done
  done
}`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
