import { readdirSync } from 'node:fs';
import { readProcFile } from './read-proc-file.ts';

/** A process as /proc/PID/stat shows it. */
export interface ProcEntry {
  readonly pid: number;
  /** The program's name, at most 15 bytes. */
  readonly name: string;
  /** R running, S sleeping, D in an uninterruptible wait, T stopped, Z ended and not waited for, as in proc(5). */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  /** The pid of the process that began its session. That process may have ended. */
  readonly session: number;
  /** The processor time that it has used, without its children's, in hundredths of a second. */
  readonly cpuTicks: number;
  /** When it began, in hundredths of a second since the kernel started. */
  readonly startTicks: number;
}

/** All processes that still run, zombies left out. Empty where /proc cannot be read. */
export function readProcTable(): readonly ProcEntry[] {
  return readWholeProcTable().filter(isRunning);
}

/** All processes, zombies too. Empty where /proc cannot be read. */
export function readWholeProcTable(): readonly ProcEntry[] {
  return listPids().flatMap((pid) => readProcEntry(Number(pid)) ?? []);
}

function listPids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** One process; undefined if it does not exist. */
export function readProcEntry(pid: number): ProcEntry | undefined {
  let text: string;
  try {
    text = readProcFile(`/proc/${pid}/stat`);
  } catch {
    return undefined; // The process has ended meanwhile.
  }
  // The name may hold spaces and parentheses. The last parenthesis ends it.
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  const [state = '?', parent, group, session] = fields;
  const name = text.slice(text.indexOf('(') + 1, nameEnd);
  const cpuTicks = Number(fields[11]) + Number(fields[12]);
  const startTicks = Number(fields[19]);
  return {
    pid,
    name,
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    cpuTicks,
    startTicks,
  };
}

/** The process of this number, if it runs: not one that has ended and was not waited for. */
export function readRunningProcess(pid: number): ProcEntry | undefined {
  const entry = readProcEntry(pid);
  return entry !== undefined && isRunning(entry) ? entry : undefined;
}

const isRunning = ({ state }: ProcEntry): boolean => state !== 'Z' && state !== 'X';
