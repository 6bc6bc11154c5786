import { readdirSync } from 'node:fs';
import { readWholeProcTable } from '../proc-table.ts';
import { blockedIn } from './blocked-in.ts';
import { type ChosenProcess, chosenProcesses } from './chosen-processes.ts';
import { commandLine } from './command-line.ts';
import { readBounded } from './read-bounded.ts';
import { Sockets } from './sockets.ts';
import { type KernelCall, kernelCall, kernelStack, stateInWords, waitChannel } from './task.ts';

/** Most processes that are described. */
const processesMax = 50;
/** Most characters of the whole description. A process has about 2000 at most. */
const textMax = 64 * 1024;
/** Most threads of a process whose states are looked at, and most that are described. */
const threadsMax = { looked: 100, described: 5 } as const;

/** /proc counts in hundredths of a second on all supported systems (USER_HZ). */
const ticksPerSecond = 100;

/**
 * Describes in lines what processes are doing: each member of the groups, and each single process with its descendants.
 * What cannot be read is left out. See `describeProcesses` for the lines.
 *
 * @param groups process group numbers
 * @param pids single processes
 */
export function describeGroups(groups: readonly number[], pids: readonly number[]): string {
  return [...describeProcesses(groups, pids)].join('');
}

/**
 * The same piece by piece, each of whole lines and to be kept before the next is asked for, since reading /proc may hang
 * for ever. Processes come in tree order; of those with a thread in an uninterruptible wait there comes first what is
 * safe to read, and after all others what may hang: kernel stack and system call, then the path that it waits for,
 * then the command line. `atTicks` is when somebody saw that they are there, as in `Asked`.
 *
 *     12345 cat /mnt/dead/x (sleeping, 12.3 s)
 *       blocked in openat "/mnt/dead/x", wchan fuse_wait
 *       kernel: fuse_wait < fuse_open < do_sys_openat2
 */
export function* describeProcesses(
  groups: readonly number[],
  pids: readonly number[],
  atTicks = Infinity,
): Generator<string> {
  const asked = chosenProcesses(readWholeProcTable(), { groups, pids, atTicks });
  const all = asked.filter(({ pid }) => pid !== process.pid);
  const chosen = all.slice(0, processesMax);
  let left = textMax;
  for (const piece of pieces(chosen)) {
    if (piece.length > left) {
      yield 'more is left out\n';
      return;
    }
    left -= piece.length;
    yield piece;
  }
  if (all.length > chosen.length) yield `${all.length - chosen.length} more processes are left out\n`;
}

function* pieces(chosen: readonly ChosenProcess[]): Generator<string> {
  const sockets = new Sockets();
  const risky: { readonly pid: number; readonly tasks: readonly string[] }[] = [];
  for (const entry of chosen) {
    const waiting = waitingThreads(entry);
    if (waiting.length === 0) yield describeSafe(entry, sockets);
    else {
      const tasks = waiting.map((thread) => `/proc/${entry.pid}/task/${thread}`);
      risky.push({ pid: entry.pid, tasks });
      yield (
        head(entry, undefined) + tasks.map((task) => channelLine(task, '  '.repeat(entry.depth + 1))).join('')
      );
    }
  }
  const calls: WaitingCall[] = [];
  for (const { pid, tasks } of risky) {
    for (const task of tasks) {
      yield line(`${pid} kernel`, kernelStack(task));
      const call = kernelCall(task);
      if (call === undefined) continue;
      const said = blockedIn(call, { pid, sockets, memory: false });
      yield line(`${pid} blocked in`, said);
      calls.push({ pid, call, said });
    }
  }
  for (const { pid, call, said } of calls) {
    const more = blockedIn(call, { pid, sockets, memory: true });
    if (more !== said) yield line(`${pid} blocked in`, more);
  }
  for (const { pid } of risky) yield line(`${pid} command`, commandLine(pid));
}

/** A call of a thread in an uninterruptible wait, and the text that describes it so far. */
interface WaitingCall {
  readonly pid: number;
  readonly call: KernelCall;
  readonly said: string;
}

function describeSafe(entry: ChosenProcess, sockets: Sockets): string {
  const task = `/proc/${entry.pid}`;
  const indent = '  '.repeat(entry.depth + 1);
  const call = kernelCall(task);
  const channel = waitChannel(task);
  const where = [
    ...(call === undefined
      ? []
      : [`blocked in ${blockedIn(call, { pid: entry.pid, sockets, memory: true })}`]),
    ...(channel === undefined ? [] : [`wchan ${channel}`]),
  ];
  const blocked = where.length === 0 ? '' : `${indent}${where.join(', ')}\n`;
  return head(entry, commandLine(entry.pid)) + blocked + line(`${indent}kernel`, kernelStack(task));
}

function head({ pid, name, state, startTicks, depth }: ChosenProcess, command: string | undefined): string {
  const uptimeS = Number(readBounded('/proc/uptime', 100)?.toString('latin1').split(' ')[0]);
  const seconds = Math.max(uptimeS - startTicks / ticksPerSecond, 0).toFixed(1);
  const shown = command ?? `[${name.replaceAll(/\p{Cc}/gu, '?')}]`;
  return `${'  '.repeat(depth)}${pid} ${shown} (${stateInWords(state)}, ${seconds} s)\n`;
}

const line = (title: string, text: string | undefined): string =>
  text === undefined ? '' : `${title}${title.endsWith(' in') ? '' : ':'} ${text}\n`;

function channelLine(task: string, indent: string): string {
  const channel = waitChannel(task);
  return channel === undefined ? '' : `${indent}wchan ${channel}\n`;
}

/** The threads in an uninterruptible wait. /proc/PID/task/TID/stat takes no lock that such a thread could hold. */
function waitingThreads({ pid }: ChosenProcess): string[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`).slice(0, threadsMax.looked);
  } catch {
    return [];
  }
  const waits = (thread: string): boolean => {
    const stat = readBounded(`/proc/${pid}/task/${thread}/stat`, 1000)?.toString('latin1') ?? '';
    return stat.slice(stat.lastIndexOf(')')).startsWith(') D');
  };
  return threads.filter(waits).slice(0, threadsMax.described);
}
