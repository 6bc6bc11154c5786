import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { readProcTable } from '../../core/process/proc-table.ts';
import { connectEventd, type EventClient } from '../../core/eventd-protocol/client.ts';
import { type RunRequest } from '../../core/eventd-protocol/messages.ts';
import type { EventStatus } from '../../core/eventd-protocol/status.ts';
import { plant, type Planted, temporaryDirectory } from './temporary-directory.ts';

/** The event daemon under test, as it is installed. */
export const eventd = join(packageRoot, 'bin/ctdb-eventd');

/** Longer than anything here takes, in milliseconds. */
export const patienceMs = 25_000;

/** How an event daemon is started. */
export interface EventdStart {
  readonly words?: readonly string[];
  /** What of ctdb.conf is not the log, which goes to a file. */
  readonly conf?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What goes before the program, such as a command that makes a namespace and stays the same process. */
  readonly before?: readonly string[];
  /** The daemon that is started, where it is not this checkout's. */
  readonly program?: string;
  /** The descriptor at which the daemon says that it is ready, if it is to. */
  readonly startupFd?: number;
}

/** A CTDB_BASE of its own in CTDB's test mode: everything is below one temporary directory. */
export class EventdNode {
  readonly base = temporaryDirectory();
  readonly events = join(this.base, 'events', 'legacy');
  readonly socket = join(this.base, 'run/eventd.socket');
  readonly pidFile = join(this.base, 'run/eventd.pid');
  readonly logFile = join(this.base, 'log.eventd');

  /** A node with these files in the event directory. */
  constructor(files: Readonly<Record<string, Planted | string>> = {}) {
    for (const name of ['run', 'var/cache']) mkdirSync(join(this.base, name), { recursive: true });
    mkdirSync(this.events, { recursive: true });
    plant(this.events, files);
  }

  /** A path below CTDB_BASE. */
  path(name: string): string {
    return join(this.base, name);
  }

  /** The text of a file below CTDB_BASE, empty if there is none. */
  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '';
  }

  /** Puts an enabled plugin into the event directory, in place of what is there. */
  plugin(name: string, text: string, ending = 'ts'): void {
    plant(this.events, { [`${name}.${ending}`]: { text, mode: 0o755 } });
    chmodSync(join(this.events, `${name}.${ending}`), 0o755);
  }

  /** What the daemons of this node have logged. */
  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
  }

  /** Writes ctdb.conf. */
  configure(conf = ''): void {
    plant(this.base, {
      'ctdb.conf': `[logging]\n\tlocation = file:${this.logFile}\n\tlog level = NOTICE\n${conf}`,
    });
  }

  /** Starts a daemon, whatever becomes of it. */
  spawn({
    words = [],
    conf = '',
    environment = {},
    before = [],
    startupFd,
    program = eventd,
  }: EventdStart = {}): EventdProcess {
    if (!existsSync(this.path('ctdb.conf'))) this.configure(conf);
    const fd = startupFd === undefined ? [] : ['-S', String(startupFd)];
    const [file = program, ...args] = [...before, program, ...words, ...fd];
    const env = {
      PATH: process.env['PATH'],
      TZ: 'UTC',
      CTDB_TEST_MODE: '1',
      CTDB_BASE: this.base,
      CTDB_TEST_HELPER_BINDIR: '/nonexistent',
      CTDB_HOOK_RELEASE: '4.17', // What is installed here is not asked, which would take longer than the rest.
      ...environment,
    };
    const between = Array.from({ length: Math.max(0, (startupFd ?? 0) - 3) }, () => 'ignore' as const);
    const descriptors = startupFd === undefined ? [] : [...between, 'pipe' as const];
    return new EventdProcess(spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe', ...descriptors] }));
  }

  /** Starts a daemon and connects to it. */
  async start(start: EventdStart = {}): Promise<RunningEventd> {
    const process = this.spawn(start);
    const client = await this.connect();
    return new RunningEventd(this, process, client);
  }

  /** Connects to the daemon that listens here, or is about to; closed after the test. */
  async connect(): Promise<EventClient> {
    const connected = await expect
      .poll(() => connectEventd(this.socket, patienceMs).catch(() => undefined), { timeout: patienceMs })
      .toBeDefined()
      .then(() => connectEventd(this.socket, patienceMs));
    onTestFinished(() => {
      connected.close();
    });
    return connected;
  }
}

/** A daemon's process, ended when the test is over. */
export class EventdProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Its exit status, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  #said = '';

  constructor(child: ChildProcess) {
    this.child = child;
    this.pid = child.pid ?? 0;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(code ?? signal);
      });
    });
    onTestFinished(async () => {
      // SIGTERM takes its scripts along. One that is out of time runs on for a moment, to be looked at.
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await this.exited;
      clearTimeout(late);
      await expect.poll(() => this.hosts(), { timeout: patienceMs }).toEqual([]);
    });
  }

  /** What it has written to standard error. */
  get said(): string {
    return this.#said;
  }

  /** Its plugin hosts, by process id: the one in use, and spares. */
  hosts(): number[] {
    const found = readProcTable().filter(({ pid, parent }) => parent === this.pid && isHost(pid));
    for (const { pid } of found) this.#hosts.add(pid);
    return [...this.#hosts].filter((pid) => isHost(pid));
  }

  readonly #hosts = new Set<number>();
}

/** A daemon that listens, and a client of it. */
export class RunningEventd {
  readonly node: EventdNode;
  readonly process: EventdProcess;
  readonly client: EventClient;

  constructor(node: EventdNode, process: EventdProcess, client: EventClient) {
    this.node = node;
    this.process = process;
    this.client = client;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** Runs an event of component legacy. */
  run(event: string, request: Partial<RunRequest> = {}): Promise<number> {
    return this.client.run(
      { component: 'legacy', event, args: null, timeoutS: 20, flags: 0, ...request },
      patienceMs,
    );
  }

  /**
   * All that it has logged so far. Its lines are written in their order and a moment later, so it is asked for one more: the
   * one that says that it has opened its log anew.
   */
  async log(): Promise<string> {
    const texts = (): string[] => this.node.log().split(/^.*reopen logs completed successfully\n/m);
    const { length } = texts();
    this.process.child.kill('SIGHUP');
    await expect.poll(() => texts().length, { timeout: patienceMs }).toBeGreaterThan(length);
    return texts().join('');
  }

  /** How the last run of an event ended; undefined if it never ran. */
  async status(event: string): Promise<EventStatus | undefined> {
    const { status } = await this.client.status({ component: 'legacy', event }, patienceMs);
    return status ?? undefined;
  }

  /** The same in short: the result and the output of each entry. */
  async entries(event: string): Promise<Readonly<Record<string, readonly [result: number, output: string]>>> {
    const status = await this.status(event);
    return Object.fromEntries(
      (status?.scripts ?? []).map(({ name, result, output }) => [name, [result, output.toString()]]),
    );
  }

  /** What entries of the last run of an event have said, one after another. */
  async output(event: string): Promise<string> {
    const status = await this.status(event);
    return (status?.scripts ?? []).map(({ output }) => output.toString()).join('');
  }

  /** Ends it as ctdbd does, and gives its exit status. */
  async end(): Promise<number | NodeJS.Signals | null> {
    this.process.child.kill('SIGTERM');
    return this.process.exited;
  }
}

function isHost(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('/dist/host.js');
  } catch {
    return false;
  }
}
