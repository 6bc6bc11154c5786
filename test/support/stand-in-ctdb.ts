import { join } from 'node:path';
import { plant, type Planted, script, temporaryDirectory } from './temporary-directory.ts';

/** A CTDB of which only the programs that are asked about the installation are there, each a shell script. */
export interface StandInCtdb {
  /** Below which it is installed. */
  readonly prefix: string;
  readonly helperDir: string;
  /** The words that each program was called with, a line each. */
  readonly calls: string;
}

/** What the shell script of a program does, null for one that is missing. */
export interface StandInPrograms {
  readonly ctdb?: string | null;
  readonly 'ctdb-path'?: string | null;
}

/** What ctdb-path answers, as that of Debian's 4.25 does. */
export const pathsOf425 = `case "$*" in
etcdir) echo /etc/ctdb ;;
vardir) echo /var/lib/ctdb ;;
"socket ctdbd") echo /run/ctdb/ctdbd.socket ;;
socket*) echo "/run/samba/ctdb/$2.socket" ;;
pidfile*) echo "/run/samba/ctdb/$2.pid" ;;
*) echo "Usage: ctdb-path [<options>] <command> [<args>]" >&2; exit 1 ;;
esac`;

/** Installs one. */
export function installStandIn({
  ctdb = 'echo 4.25.1-Debian',
  'ctdb-path': ctdbPath = pathsOf425,
}: StandInPrograms = {}): StandInCtdb {
  const prefix = temporaryDirectory();
  const calls = join(prefix, 'calls');
  const program = (body: string): Planted => script(`echo "\${0##*/} $*" >>${calls}\n${body}`);
  plant(prefix, {
    ...(ctdb === null ? {} : { 'bin/ctdb': program(ctdb) }),
    'sbin/ctdbd': script('exit 1'),
    'libexec/ctdb/ctdb-event': script('exit 1'),
    ...(ctdbPath === null ? {} : { 'libexec/ctdb/ctdb-path': program(ctdbPath) }),
  });
  return { prefix, helperDir: join(prefix, 'libexec/ctdb'), calls };
}
