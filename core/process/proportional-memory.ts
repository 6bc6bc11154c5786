import { readProcFile } from './read-proc-file.ts';
import { readProcTable } from './proc-table.ts';

/** The processes of a program, and their memory. */
export interface ProcessesMemory {
  readonly processes: number;
  /** PSS: what several processes share counts for each in part. */
  readonly pssBytes: number;
}

/** What a process and those children that run this file take. Undefined if the kernel does not say it. */
export function memoryOf(pid: number, childFile: string): ProcessesMemory | undefined {
  const children = readProcTable().filter(
    ({ pid: child, parent }) => parent === pid && runs(child, childFile),
  );
  const sizes = [pid, ...children.map((child) => child.pid)].map(pssOf);
  if (sizes[0] === undefined) return undefined;
  const known = sizes.filter((size) => size !== undefined);
  return { processes: known.length, pssBytes: known.reduce((sum, size) => sum + size, 0) };
}

function runs(pid: number, file: string): boolean {
  try {
    return readProcFile(`/proc/${pid}/cmdline`).includes(file);
  } catch {
    return false; // It has ended meanwhile.
  }
}

function pssOf(pid: number): number | undefined {
  try {
    const kib = /^Pss:\s+(\d+) kB$/m.exec(readProcFile(`/proc/${pid}/smaps_rollup`))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
