import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { execa } from 'execa';
import { packageRoot } from '../../../core/package/package-root.ts';
import type { EventdProcess, RunningEventd } from '../../support/eventd-node.ts';
import { hook } from '../../support/hook-node.ts';
import { helper } from '../../support/installed-ctdb.ts';
import type { Fault } from './faults.ts';
import type { NodeEvent } from './events-of-a-node.ts';
import type { WayToRun, BrokenNode } from './broken-node.ts';

/** What ctdbd would be answered, and what was said for it. */
export interface Answer {
  readonly isOk: boolean;
  readonly output: string;
}

/** Runs events on a node in one of the ways. */
export interface EventRunner {
  run(event: NodeEvent): Promise<Answer>;
  /** Takes away what the fault says from what is running. */
  deprive(fault: Fault): void | Promise<void>;
}

/** Starts what runs events in that way. */
export function startRunner(mode: WayToRun, node: BrokenNode, { lacks }: Fault): Promise<EventRunner> {
  if (lacks === 'privileges') node.dropPrivileges();
  switch (mode) {
    case 'daemon':
      return startDaemon(node);
    case 'link':
      return startLinks(node);
    case 'run':
      return Promise.resolve(new DirectRuns(node));
  }
}

const startDaemon = async (node: BrokenNode): Promise<EventRunner> =>
  new DaemonRuns(await node.eventd.start(node.start), true);

const startLinks = async (node: BrokenNode): Promise<EventRunner> =>
  new DaemonRuns(await node.eventd.start({ ...node.start, program: helper('ctdb-eventd') }), false);

class DaemonRuns implements EventRunner {
  readonly #daemon: RunningEventd;
  readonly #isOurs: boolean;

  constructor(daemon: RunningEventd, isOurs: boolean) {
    this.#daemon = daemon;
    this.#isOurs = isOurs;
  }

  async run({ name, args = [] }: NodeEvent): Promise<Answer> {
    const result = await this.#daemon.run(name, { args: args.length === 0 ? null : args.join(' ') });
    return { isOk: result === 0, output: await this.#daemon.output(name) };
  }

  async deprive({ lacks, endsHosts }: Fault): Promise<void> {
    const { process: daemon } = this.#daemon;
    const pids = [daemon.pid, ...(this.#isOurs ? daemon.hosts() : [])];
    for (const pid of pids)
      if (lacks !== undefined && lacks !== 'privileges')
        execFileSync('prlimit', [
          '--pid',
          String(pid),
          this.#isOurs ? atWhatItHas(pid, lacks) : least[lacks],
        ]);
    // CTDB's own daemon has none.
    if (endsHosts === true && this.#isOurs) await endHosts(daemon, lacks === undefined);
  }
}

/** Kills all plugin hosts. Where others can start, they have: after one that was killed at its start there is a pause. */
async function endHosts(daemon: EventdProcess, canStartAgain: boolean): Promise<void> {
  const before = daemon.hosts();
  for (const pid of before) process.kill(pid, 'SIGKILL');
  if (canStartAgain)
    await expect.poll(() => daemon.hosts().filter((pid) => !before.includes(pid))).not.toEqual([]);
}

/** Room for a shell and what it runs, but not for Node. */
const least = { memory: `--as=${100 * 2 ** 20}`, descriptors: '--nofile=16' } as const;

function atWhatItHas(pid: number, lacks: 'memory' | 'descriptors'): string {
  if (lacks === 'descriptors') return `--nofile=${numberOfFree(pid, freeDescriptors)}`;
  const [, kib] = /^VmSize:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return `--as=${(Number(kib) + 8192) * 1024}`;
}

/** How many more descriptors each process of ours may open: with none at all, even the kernel refuses. */
const freeDescriptors = 2;

/** The limit of descriptors at which a process can open `count` more. */
function numberOfFree(pid: number, count: number): number {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  const free = Array.from({ length: open.size + count }, (_, fd) => fd).filter((fd) => !open.has(fd));
  return (free[count - 1] ?? open.size) + 1;
}

class DirectRuns implements EventRunner {
  readonly #node: BrokenNode;
  #limits: readonly string[] = [];

  constructor(node: BrokenNode) {
    this.#node = node;
  }

  async run({ name, args = [] }: NodeEvent): Promise<Answer> {
    const [file = '', ...before] = [...this.#node.before, ...this.#limits, hook, 'run', name, ...args];
    const { exitCode, all } = await execa(file, before, {
      env: this.#node.environment,
      extendEnv: false,
      all: true,
      reject: false,
      stdin: 'ignore',
      cwd: '/',
    });
    return { isOk: exitCode === 0, output: all };
  }

  deprive({ lacks }: Fault): void {
    if (lacks === 'memory' || lacks === 'descriptors') this.#limits = ['/usr/bin/prlimit', least[lacks]];
  }
}

/** For messages: paths that differ from run to run. */
export const withoutPaths = (text: string, node: BrokenNode): string =>
  text.replaceAll(node.eventd.base, '$CTDB_BASE').replaceAll(packageRoot, '$PACKAGE');
