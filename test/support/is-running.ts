import { readProcTable } from '../../core/process/proc-table.ts';

/** Whether a process runs: not one that has ended and waits to be reaped. */
export const isRunning = (pid: number): boolean => readProcTable().some((entry) => entry.pid === pid);
