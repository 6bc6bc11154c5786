import { readlinkSync } from 'node:fs';
import { readProcEntry } from '../process/proc-table.ts';
import { readProcFile } from '../process/read-proc-file.ts';
import { Scheduling } from '../process/scheduling.ts';
import type { Caller } from './caller.ts';

/** Variables that differ from call to call: the launcher's own, and those of shells. */
const passing = /^(?:CTDB_HOOK_CALLED_AS|_|SHLVL|PWD|OLDPWD)=/;

/** The kinds of namespaces, as in /proc/PID/ns. */
const namespaces = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts', 'cgroup', 'time'] as const;

/** What decides what a process may do, in /proc/PID/status. */
const rights = /^(?:Uid|Gid|Groups|Umask|NoNewPrivs|Seccomp\w*|Speculation\w*|Mems_allowed|Cap\w+):.*$/gm;

/** More of a process below /proc/PID: to whom it is attributed in audits, and what a core dump of it has. */
const traits = ['loginuid', 'sessionid', 'coredump_filter'] as const;

/**
 * Everything by which a process could run an event otherwise than this one: its environment, rights, limits, root, namespaces,
 * control groups, and how the kernel schedules and spares it. This process can run the events of those that are like it.
 */
export class Likeness {
  readonly #scheduling: Scheduling;
  readonly #environment = stringsOf(readProcFile('/proc/self/environ'));
  /** An environment that was like it, as it came. One event daemon gives all its children the same. */
  #likeEnvironment = '';
  readonly #limits = limitsOf('self');
  readonly #treatment: string;
  readonly #rest = restOf('self');
  /** An event daemon whose child was like this one. All its children have what it has, but for what is compared always. */
  #eventDaemon = 0;

  private constructor(scheduling: Scheduling) {
    this.#scheduling = scheduling;
    this.#treatment = this.#treatmentOf(process.pid);
  }

  static async load(): Promise<Likeness> {
    return new Likeness(await Scheduling.load());
  }

  /**
   * Whether this process runs the events of CTDB's event daemon, and the caller was not called by one: a person, who calls a link or
   * `ctdb-hook run` in another way, must not cost the node its host.
   */
  isStranger({ parent }: Caller): boolean {
    return this.#eventDaemon !== 0 && !isEventDaemon(parent);
  }

  /** Whether neither a plugin nor anybody else has changed how the kernel treats this process. */
  isUnchanged(): boolean {
    return this.#treatmentOf(process.pid) === this.#treatment;
  }

  /**
   * Whether a process is like this one.
   *
   * @throws the error of reading below /proc, as when the process has ended.
   */
  isOf({ pid, environment, parent }: Caller): boolean {
    if (!this.#isEnvironment(environment) || limitsOf(pid) !== this.#limits) return false;
    if (this.#treatmentOf(pid) !== this.#treatment) return false;
    if (parent === this.#eventDaemon) return true;
    if (restOf(pid) !== this.#rest) return false;
    if (isEventDaemon(parent)) this.#eventDaemon = parent;
    return true;
  }

  /** This can be changed from outside while an event daemon runs, so it is compared always. */
  #treatmentOf(pid: number): string {
    const groups = readProcFile(`/proc/${pid}/cgroup`);
    return [groups, textOf(`/proc/${pid}/oom_score_adj`), this.#scheduling.of(pid)].join('\0');
  }

  #isEnvironment(environment: string): boolean {
    if (environment === this.#likeEnvironment) return true;
    if (stringsOf(environment) !== this.#environment) return false;
    this.#likeEnvironment = environment;
    return true;
  }
}

/** Whether it is CTDB's. Anybody else may call one link as it is, and the next one in another namespace. */
function isEventDaemon(pid: number): boolean {
  const name = readProcEntry(pid)?.name;
  return name === 'ctdb-eventd' || name === 'ctdb_eventd';
}

const stringsOf = (environment: string): string =>
  environment
    .split('\0')
    .filter((each) => !passing.test(each))
    .sort()
    .join('\0');

const restOf = (pid: number | 'self'): string =>
  [
    ...(readProcFile(`/proc/${pid}/status`).match(rights) ?? []),
    ...namespaces.map((kind) => linkOf(`/proc/${pid}/ns/${kind}`)),
    linkOf(`/proc/${pid}/root`),
    textOf(`/proc/${pid}/attr/current`), // The label of SELinux or AppArmor; there may be neither.
    ...traits.map((trait) => textOf(`/proc/${pid}/${trait}`)),
  ].join('\0');

/** Node raises its own soft limit of open files to the hard one, and so do all programs that it starts. */
function limitsOf(pid: number | 'self'): string {
  const limits = readProcFile(`/proc/${pid}/limits`);
  return limits.replace(/^(Max open files\s+)\S+/m, '$1');
}

/** An older kernel does not have all namespaces. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/** The text of a file that not every kernel has. */
function textOf(path: string): string {
  try {
    return readProcFile(path);
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
