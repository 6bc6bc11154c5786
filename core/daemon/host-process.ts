import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildId } from '../build-id.ts';
import { Link } from '../host/link.ts';
import { readJournal } from '../host/journal.ts';
import {
  fromHost,
  type FromHost,
  fromWatch,
  type HostRun,
  linkFd,
  type LoadedPlugin,
  toHost,
  type ToHost,
  toWatch,
  watchFd,
} from '../host/messages.ts';
import type { Report } from './report.ts';
import { CommandGroups } from './command-groups.ts';
import { HostEnded } from './host-ended.ts';
import { RunningPlugins } from './running-plugins.ts';
import { TailBuffer } from './tail-buffer.ts';

/** What a host is started with, and whom it reports to. */
export interface HostProcessSettings {
  readonly component: string;
  /** The program of a plugin host. */
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where this project keeps files that a reboot may remove. */
  readonly runDirectory: string;
  /** Gets what is for the log. */
  readonly report: Report;
}

/** How long a host may take to start, in milliseconds; it takes a tenth of a second on an idle machine. */
const startTimeoutMs = 10_000;

/** How long a host may take to begin, in milliseconds, before it counts as stuck in what an earlier event left behind. */
export const beginMs = 500;

/** Why it is killed then. */
export const busy = 'it was busy with what an earlier event left behind';

/** Most files that a host may name, and most messages for the log from the begin of one event to that of the next. */
const mostMessages = { files: 10_000, reports: 200 } as const;

/** Longest message for the log that is taken from a host, in characters. */
const reportLengthMax = 4096;

/** Memory of a host at which it is ended, in bytes: a plugin that eats more would take the node's services along. */
const residentBytesMax = 1024 * 1024 * 1024;

/**
 * How often that is looked at, in milliseconds: while a plugin is loaded or an event goes on, and between events, when only
 * timers and samples of plugins run. A spare host, which has no plugin, is not looked at.
 */
const residentPollMs = { atWork: 500, atRest: 2500 } as const;

/** The heap of a host, in MiB; V8 ends a process that needs more. */
const heapMib = 256;

/** Half of the room for new objects, in MiB: V8 lets it grow to sixteen, three times over, and hardly gives it back. */
const newObjectsMib = 1;

/** How long is heard what a host said before it ended, in milliseconds: a child of its own may hold the other end open. */
const lastHeardMs = 500;

/** How long is waited for what a host wrote before it ended, in milliseconds. */
const lastWordsMs = 100;

/** Most that is kept of what a host writes to its standard error, in bytes: V8's last words are there. */
const lastWordsBytes = 4096;

/**
 * One plugin host as the daemon sees it: a process that may end at any moment, and whose every word may be wrong.
 *
 * A host that says something which is no message, or is late with an answer, is killed. Everything that waits for it
 * then rejects with `HostEnded`.
 */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #link: Link<FromHost, ToHost>;
  readonly #isLinkClosed = Promise.withResolvers<undefined>();
  readonly #watch: Link<{ readonly stack: string }, object>;
  #journal: number | undefined;
  readonly #settings: HostProcessSettings;
  readonly #ended = Promise.withResolvers<HostEnded>();
  readonly #ready = Promise.withResolvers<string>();
  readonly #lastWords = new TailBuffer(lastWordsBytes);
  readonly #groups: CommandGroups;
  readonly #files = new Map<string, string>();
  #memoryTimer: NodeJS.Timeout | undefined;
  /** When its memory is looked at next, on the monotonic clock. */
  #memoryDueMs = Infinity;
  #whyKilled: string | undefined;
  #isAlive = true;
  #retired: string | undefined;
  #loaded: PromiseWithResolvers<LoadedPlugin> | undefined;
  #noting: PromiseWithResolvers<undefined> | undefined;
  #noted: PromiseWithResolvers<undefined> | undefined;
  #stack: PromiseWithResolvers<string> | undefined;
  #running: RunningPlugins | undefined;
  /** The runs of which something may go on, to be told when the host ends. */
  readonly #open = new Map<number, RunningPlugins>();
  #endedAs: HostEnded | undefined;
  #runs = 0;
  #reports = 0;

  /** @throws HostEnded if it cannot be started. */
  constructor(settings: HostProcessSettings) {
    this.#settings = settings;
    this.#journal = openJournal(settings.runDirectory);
    this.#child = startChild(settings, this.#journal);
    this.#groups = new CommandGroups(this.pid);
    this.#link = new Link(
      socketOf(this.#child, linkFd),
      { incoming: fromHost, outgoing: toHost },
      {
        onMessage: (message) => {
          this.#hear(message);
        },
        onClose: (fault) => {
          this.kill(fault === undefined ? undefined : `it said what is no message: ${fault.message}`);
          this.#groups.killAll();
          this.#isLinkClosed.resolve(undefined);
        },
      },
    );
    this.#watch = new Link(
      socketOf(this.#child, watchFd),
      { incoming: fromWatch, outgoing: toWatch },
      {
        onMessage: ({ stack }) => this.#stack?.resolve(stack),
        onClose: () => undefined,
      },
    );
    this.#ready.promise.catch(() => undefined);
    this.#listen();
    this.#within(this.#ready, startTimeoutMs, 'it did not start').catch(() => undefined); // `ready` tells.
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it can still be given work. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Why it must not be given work any more, if so. */
  get retired(): string | undefined {
    return this.#retired;
  }

  /** Settles when it can be given work, with the network that its plugins get; rejects with HostEnded. */
  get ready(): Promise<string> {
    return this.#ready.promise;
  }

  /** Settles when it has ended. */
  get ended(): Promise<HostEnded> {
    return this.#ended.promise;
  }

  /** The files of plugins that it has read, each with what told it from any other then. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /** The commands of its plugins that run now. */
  get groups(): CommandGroups {
    return this.#groups;
  }

  /** Loads a plugin. Rejects with HostEnded if that ends the host, or takes it too long. */
  load(name: string, path: string, timeoutMs: number): Promise<LoadedPlugin> {
    this.#loaded = Promise.withResolvers();
    this.#watchMemory(residentPollMs.atWork);
    this.#link.send({ kind: 'load', name, path });
    return this.#within(this.#loaded, timeoutMs, `${name} was not loaded within ${timeoutMs} ms`);
  }

  /** Tells of an event that begins. Rejects with HostEnded, soon if the host does not even hear of it. */
  async note(note: Omit<Extract<ToHost, { kind: 'note' }>, 'kind'>, timeoutMs: number): Promise<undefined> {
    this.#noting = Promise.withResolvers();
    this.#noted = Promise.withResolvers();
    this.#noted.promise.catch(() => undefined);
    this.#link.send({ kind: 'note', ...note });
    await this.#within(this.#noting, beginMs, `${busy}, and did not hear of the next within ${beginMs} ms`);
    return this.#within(this.#noted, timeoutMs, `it did not answer within ${timeoutMs} ms`);
  }

  /** Has plugins run at an event. */
  run(request: Omit<HostRun, 'run'>): RunningPlugins {
    this.#runs += 1;
    this.#reports = 0;
    this.#watchMemory(residentPollMs.atWork);
    const run = this.#runs;
    this.#running = new RunningPlugins(run, request.plugins.length, (cause) => {
      this.#link.send({ kind: 'stop', run, cause });
    });
    if (this.#endedAs === undefined) this.#open.set(run, this.#running);
    else this.#running.endHost(this.#endedAs);
    this.#link.send({ kind: 'run', run, ...request });
    return this.#running;
  }

  /** Where its main thread is now, a line a frame; empty if it runs no JavaScript, or cannot tell. */
  async findStack(timeoutMs: number): Promise<string> {
    this.#stack = Promise.withResolvers();
    const timer = setTimeout(this.#stack.resolve, timeoutMs, '');
    this.#watch.send({});
    void this.#ended.promise.then(() => this.#stack?.resolve(''));
    const stack = await this.#stack.promise;
    clearTimeout(timer);
    return stack;
  }

  /** Hears what it has written down and not sent, for one that hangs in the middle of a turn. */
  recover(): void {
    const journal = this.#journal === undefined ? undefined : readJournal(this.#journal);
    if (journal !== undefined) this.#link.recover(journal);
  }

  /** Ends it at once, with what it has started; `why` is what those are told who wait for it. */
  kill(why?: string): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#whyKilled = why;
    clearTimeout(this.#memoryTimer);
    this.#groups.killAll();
    if (this.pid > 0) killGroup(this.pid);
    setTimeout(() => {
      this.#link.close();
    }, lastHeardMs);
    // At once: one in a hung system call does not end when it is killed.
    if (why !== undefined) this.#failAll(new HostEnded(why));
  }

  #listen(): void {
    const { stdout, stderr } = this.#child;
    for (const stream of [stdout, stderr])
      stream
        ?.on('data', (chunk: Buffer) => {
          this.#lastWords.add(chunk);
        })
        .on('error', () => undefined);
    this.#child.on('error', () => undefined); // A signal that could not be sent.
    this.#child.once('exit', (code, signal) => {
      const how = signal === null ? `it exited with status ${code ?? 0}` : `it was ended by ${signal}`;
      void this.#hearLastWords().then(() => this.#end(how));
    });
  }

  /** Waits until it can say no more. A child of it may still have its stream open. */
  async #hearLastWords(): Promise<void> {
    const { stderr } = this.#child;
    if (stderr === null || stderr.closed || !this.#isAlive) return;
    const waited = new AbortController();
    const closed = once(stderr, 'close', { signal: waited.signal }).catch(() => undefined);
    await Promise.race([
      closed,
      delay(lastWordsMs, undefined, { signal: waited.signal }).catch(() => undefined),
    ]);
    waited.abort();
  }

  async #end(how: string): Promise<void> {
    this.kill();
    await this.#isLinkClosed.promise; // What it said before it ended may still be on its way.
    this.#watch.close();
    this.recover();
    this.#groups.killAll();
    if (this.#journal !== undefined) closeSync(this.#journal);
    this.#journal = undefined;
    const said = this.#lastWords.text().trim();
    if (said !== '') this.#settings.report(`plugin host ${this.pid} said: ${said}`);
    const error = /^(?:FATAL ERROR|\w*Error): .*/m.exec(said)?.[0];
    const ended = new HostEnded(this.#whyKilled ?? (error === undefined ? how : `${how}: ${error}`));
    this.#endedAs = ended;
    this.#ended.resolve(ended);
    for (const running of this.#open.values()) running.endHost(ended);
    this.#open.clear();
    this.#failAll(ended);
  }

  #failAll(why: HostEnded): void {
    for (const waiting of [this.#ready, this.#loaded, this.#noting, this.#noted]) waiting?.reject(why);
  }

  #hear(message: FromHost): void {
    switch (message.kind) {
      case 'ready':
        if (message.build === buildId) this.#ready.resolve(message.network);
        else this.kill('it is of another build: ctdb-hook was updated, so ctdb must be restarted');
        return;
      case 'loaded':
        this.#loaded?.resolve(message);
        return;
      case 'noted':
        this.#noted?.resolve(undefined);
        return;
      case 'noting':
        this.#noting?.resolve(undefined);
        return;
      case 'file':
        this.#files.set(message.path, message.identity);
        if (this.#files.size > mostMessages.files)
          this.kill(`it said that it read more than ${mostMessages.files} files`);
        return;
      case 'group':
        this.#groups.set(message.pid, message.state);
        return;
      case 'report':
        this.#report(message.message);
        return;
      case 'retire':
        this.#retired = message.why;
        this.#report(`plugin host ${this.pid} is replaced: ${message.why}`);
        return;
      default:
        this.#running?.hear(message);
        if (message.kind === 'done') this.#open.delete(message.run);
    }
  }

  #report(message: string): void {
    this.#reports += 1;
    if (this.#reports <= mostMessages.reports) this.#settings.report(message.slice(0, reportLengthMax));
    else this.kill(`it said more than ${mostMessages.reports} messages for the log at one event`);
  }

  async #within<T>(waiting: PromiseWithResolvers<T>, timeoutMs: number, why: string): Promise<T> {
    waiting.promise.catch(() => undefined);
    const timer = setTimeout(() => {
      this.kill(why);
    }, timeoutMs);
    if (!this.#isAlive) void this.#ended.promise.then(waiting.reject);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Has its memory looked at within this time, and from then on. */
  #watchMemory(withinMs: number): void {
    const dueMs = performance.now() + withinMs;
    if (!this.#isAlive || this.#memoryDueMs <= dueMs) return;
    this.#memoryDueMs = dueMs;
    clearTimeout(this.#memoryTimer);
    this.#memoryTimer = setTimeout(() => {
      this.#memoryDueMs = Infinity;
      this.#checkMemory();
      this.#watchMemory(this.#open.size > 0 ? residentPollMs.atWork : residentPollMs.atRest);
    }, withinMs).unref();
  }

  #checkMemory(): void {
    const bytes = residentBytes(this.pid);
    if (bytes > residentBytesMax)
      this.kill(
        `it used ${Math.round(bytes / 2 ** 20)} MiB of memory, expected ${residentBytesMax / 2 ** 20} at most`,
      );
  }
}

/** In a session of its own, so that it is killed with all that it started by itself. */
function startChild(
  { program, component, environment }: HostProcessSettings,
  journal: number | undefined,
): ChildProcess {
  const flags = [
    '--disable-sigusr1',
    '--disable-warning=ExperimentalWarning',
    `--max-old-space-size=${heapMib}`,
    `--max-semi-space-size=${newObjectsMib}`,
  ];
  const child = spawn(process.execPath, [...flags, program, component], {
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', journal ?? 'ignore'],
  });
  if (child.pid !== undefined) return child;
  child.once('error', () => undefined); // It has no pipes then, whatever its type says.
  throw new HostEnded('it cannot be started: the daemon has no descriptors or processes left');
}

/** A file without a name, in memory. Without one a host that dies takes what it had to say in its last turn with it. */
function openJournal(directory: string): number | undefined {
  const path = join(directory, `journal-${randomUUID()}`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return fd;
  } catch {
    return undefined;
  }
}

/** What Node calls a pipe is a pair of sockets, which go both ways. */
const socketOf = (child: ChildProcess, fd: number): Socket => child.stdio[fd] as Socket;

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    return; // It is gone.
  }
}

/** The second number of statm is resident pages, of 4 KiB on x64 and, as Debian and Fedora build it, on arm64. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
