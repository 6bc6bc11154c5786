import { mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProcTable } from '../../../core/process/proc-table.ts';

/** How often processes are looked for that were started while others were put into the group. */
const looksMax = 20;

/**
 * Counts the processor time of a process and of all that it starts from now on, however that ends and whoever waits for
 * it: a control group (cgroups(7), version 2) of its own.
 */
export class CpuGroup {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Puts a process and its descendants into a group whose name begins like this. @throws Error if there can be none. */
  static around(pid: number, name: string): CpuGroup {
    const group = new CpuGroup(mkdtempSync(join(unifiedHierarchy(), `${name}-`)));
    group.#take(pid);
    return group;
  }

  /** User and system time that was used in the group so far, in milliseconds. */
  usedMs(): number {
    const text = readFileSync(join(this.#directory, 'cpu.stat'), 'utf8');
    const used = /^usage_usec (\d+)$/m.exec(text)?.[1];
    if (used === undefined) throw new Error(`${this.#directory}/cpu.stat has no usage_usec: ${text}`);
    return Number(used) / 1000;
  }

  /** Removes the group; its processes have to have ended. */
  remove(): void {
    rmdirSync(this.#directory);
  }

  #take(root: number): void {
    for (let look = 0; look < looksMax; look += 1) {
      const outside = familyOf(root).filter((pid) => !this.#has(pid));
      if (outside.length === 0) return;
      for (const pid of outside) this.#add(pid);
    }
    throw new Error(`The descendants of process ${root} do not come to rest`);
  }

  #has = (pid: number): boolean =>
    readFileSync(join(this.#directory, 'cgroup.procs'), 'utf8').split('\n').includes(String(pid));

  #add(pid: number): void {
    try {
      writeFileSync(join(this.#directory, 'cgroup.procs'), String(pid));
    } catch (error) {
      // It ended in the meantime.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Where version 2 is mounted: alone, or beside version 1. */
function unifiedHierarchy(): string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'utf8'))?.[1];
  if (mount === undefined) throw new Error('cgroup2 is not mounted, which counts processor time');
  return mount;
}

function familyOf(root: number): number[] {
  const table = readProcTable();
  const childrenOf = (parent: number): number[] =>
    table.flatMap((entry) => (entry.parent === parent ? [entry.pid, ...childrenOf(entry.pid)] : []));
  return [root, ...childrenOf(root)];
}
