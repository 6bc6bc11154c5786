import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { connectEventd, type EventClient } from '../../../core/eventd-protocol/client.ts';
import { packageRoot } from '../../../core/package/package-root.ts';
import { environmentOf } from '../environment-of.ts';
import { eventd, stock } from '../programs.ts';

/** Registers for what moving an address does not call, as the callout for the kernel's NFS server does. */
const callout = '#!/bin/sh\n[ "$1" != register ] || printf "startup\\nshutdown\\n"\n';

/** Which event daemon: ours, or CTDB's own. */
export type Daemon = 'hook' | 'stock';

/** The programs. */
const programs: Readonly<Record<Daemon, string>> = { hook: eventd, stock: stock.eventd };

/** Longest time that a daemon may take to start, and an event to run, in milliseconds. */
const timeoutMs = 60_000;

/** What stands in the event directory: files by name, or where a link leads. */
export type EventFiles = Readonly<Record<string, { readonly text: string } | { readonly link: string }>>;

/** An event daemon in CTDB's test mode, with a directory of its own: nothing of the machine's CTDB is touched. */
export class BenchDaemon {
  readonly base: string;
  /** From exec until it said that it listens, in milliseconds. */
  readonly readyMs: number;
  readonly #child: ChildProcess;
  readonly #client: EventClient;

  private constructor(base: string, readyMs: number, child: ChildProcess, client: EventClient) {
    this.base = base;
    this.readyMs = readyMs;
    this.#child = child;
    this.#client = client;
  }

  /** Starts a daemon over an event directory; the other files are below CTDB_BASE. */
  static async start(
    daemon: Daemon,
    base: string,
    events: EventFiles,
    files: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<BenchDaemon> {
    layOut(base, events, files);
    const began = performance.now();
    const child = spawn(programs[daemon], ['-S', '3'], {
      env: { ...environmentOf(base), ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    await once(child.stdio[3] as Readable, 'data');
    const readyMs = performance.now() - began;
    const client = await connectEventd(join(base, 'run/eventd.socket'), timeoutMs);
    return new BenchDaemon(base, readyMs, child, client);
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Raises an event and returns how long it took, in milliseconds. @throws Error if it does not succeed. */
  async raiseMs(event: string, ...argv: readonly string[]): Promise<number> {
    const began = performance.now();
    const result = await this.#run(event, argv);
    const tookMs = performance.now() - began;
    if (result === 0) return tookMs;
    const status = await this.#client.status({ component: 'legacy', event }, timeoutMs);
    const said = status.status?.scripts.map(({ name, output }) => `${name}: ${output.toString()}`).join('\n');
    throw new Error(`${[event, ...argv].join(' ')} of ${this.base} answers ${result}:\n${said ?? ''}`);
  }

  /** Raises many events at once and returns how long it took until the last was answered, in milliseconds. */
  async raiseAllMs(events: readonly (readonly [event: string, ...argv: string[]])[]): Promise<number> {
    const began = performance.now();
    const results = await Promise.all(events.map(([event, ...argv]) => this.#run(event, argv)));
    const wrong = results.filter((result) => result !== 0).length;
    if (wrong > 0) throw new Error(`${wrong} of ${results.length} events do not succeed`);
    return performance.now() - began;
  }

  /** The memory of the daemon and of what it has started, each page divided by those who share it, in MiB. */
  memoryMib(): number {
    return this.#sumMib('Pss');
  }

  /** The same memory with each page counted in every process that has it, in MiB: what ps and top add up to. */
  residentMib(): number {
    return this.#sumMib('Rss');
  }

  #sumMib(kind: 'Pss' | 'Rss'): number {
    const pids = [this.pid, ...childrenOf(this.pid)];
    return pids.reduce((sum, pid) => sum + memoryKib(pid, kind), 0) / 1024;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#client.close();
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }

  #run(event: string, argv: readonly string[]): Promise<number> {
    const args = argv.length === 0 ? null : argv.join(' ');
    return this.#client.run(
      { component: 'legacy', event, args, timeoutS: timeoutMs / 1000, flags: 0 },
      timeoutMs,
    );
  }
}

function layOut(base: string, events: EventFiles, files: Readonly<Record<string, string>>): void {
  for (const name of ['run', 'var/cache', 'events/legacy']) mkdirSync(join(base, name), { recursive: true });
  writeFileSync(join(base, 'ctdb.conf'), `[logging]\nlocation = file:${join(base, 'log')}\n`);
  symlinkSync(stock.functions, join(base, 'functions'));
  writeFileSync(join(base, 'ctdb'), readFileSync(join(packageRoot, 'core/try/stand-ins/ctdb')), {
    mode: 0o755,
  });
  writeFileSync(join(base, 'nfs-linux-kernel-callout'), callout, { mode: 0o755 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(base, name), text);
  for (const [name, file] of Object.entries(events)) {
    const path = join(base, 'events/legacy', name);
    if ('link' in file) symlinkSync(file.link, path);
    else writeFileSync(path, file.text, { mode: 0o755 });
  }
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return children.filter((word) => word !== '').map(Number);
}

const memoryKib = (pid: number, kind: 'Pss' | 'Rss'): number =>
  Number(new RegExp(`^${kind}: +(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
