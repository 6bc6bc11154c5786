import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe } from 'vitest';
import { readProcTable } from '../../core/process/proc-table.ts';
import type { ProcessRequest } from '../../core/process/start-process.ts';

/** Where the scripts of these tests are. */
export const scripts = new URL('../fixtures/scripts/', import.meta.url).pathname;

/** The environment that the programs of these tests get. */
export const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/** A script of the fixtures, to be run as CTDB does: with its bare name as argv[0]. */
export function script(name: string, ...args: string[]): Omit<ProcessRequest, 'output'> {
  return { file: `${scripts}${name}`, argv: [`10.${name}`, ...args], environment, group: 'own' };
}

/** A program of the system. */
export function program(file: string, ...args: string[]): Omit<ProcessRequest, 'output'> {
  return { file, argv: [file, ...args], environment, group: 'own' };
}

/** Limits far away. */
export const ample = { deadline: Infinity, outputBytesMax: 1024 * 1024 };

/** Runs the same tests on both ways to start programs. */
export function describeBackends(title: string, tests: (backend: 'koffi' | 'execa') => void): void {
  describe.each(['koffi', 'execa'] as const)(`${title}, with %s`, (backend) => {
    beforeEach(() => {
      process.env['CTDB_HOOK_SPAWN'] = backend;
    });
    tests(backend);
  });
}

/** The numbers in an output, such as pids. */
export function numbersIn(output: Buffer | string): number[] {
  return (output.toString().match(/\d+/g) ?? []).map(Number);
}

/** How many descriptors this process has open. */
export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Children of this process that ended and were not waited for. */
export function zombies(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'latin1')
          .replace(/^.*\) /s, '')
          .split(' ');
        return state === 'Z' && parent === String(process.pid);
      } catch {
        return false;
      }
    });
}

/** The names of the programs that this process started and their children, as far as they run. */
export function childrenRunning(): string[] {
  const table = readProcTable();
  const family = new Set([process.pid]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of table) if (family.has(parent)) family.add(pid);
  }
  return table.filter(({ pid }) => family.has(pid) && pid !== process.pid).map(({ name }) => name);
}
