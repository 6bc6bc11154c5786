/**
 * Whether a variable belongs to the shell: the shell sets or computes it, or an assignment to it does more than assign, or
 * fails. Only the shell can know its value in a file. From the manual pages of dash(1), bash(1) and BusyBox ash.
 */
export const reservedByShells = (name: string): boolean =>
  reserved.has(name) || /^(BASH|EPOCH|LC_|COMP_|HIST)/.test(name);

const reserved: ReadonlySet<string> = new Set(
  [
    '_ IFS PATH PWD OLDPWD CDPATH ENV LINENO PPID OPTIND OPTARG OPTERR REPLY MAPFILE PS0 PS1 PS2 PS3 PS4',
    'MAIL MAILPATH MAILCHECK LANG LANGUAGE TERM COLUMNS LINES ATTY FCEDIT FC_EDIT INPUTRC READLINE_LINE',
    'RANDOM SRANDOM SECONDS UID EUID GROUPS DIRSTACK FUNCNAME PIPESTATUS HOSTNAME HOSTTYPE MACHTYPE OSTYPE',
    'SHELL SHELLOPTS SHLVL POSIXLY_CORRECT GLOBIGNORE EXECIGNORE FIGNORE IGNOREEOF TIMEFORMAT TMOUT',
  ].flatMap((line) => line.split(' ')),
);
