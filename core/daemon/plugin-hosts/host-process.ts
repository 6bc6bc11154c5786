import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { buildId } from '../../package/build-id.ts';
import type { LogLevel } from '../../ctdb-config/log-level.ts';
import { MessageLink } from '../../plugin-host/link.ts';
import { type Journal, readJournal } from '../../plugin-host/journal.ts';
import {
  fromHost,
  type FromHost,
  type HostRun,
  type LoadedPlugin,
  toHost,
  type ToHost,
} from '../../plugin-host/messages.ts';
import type { RaisedEvent } from '../../run/outcome.ts';
import { killRemainsOfSession } from '../../process/kill-session.ts';
import { CommandGroups } from './command-groups.ts';
import { describeHostEnd, HostEnded } from './host-ended.ts';
import { beginMs, startTimeoutMs } from './host-limits.ts';
import { after, killLate, type LateTools } from './kill-late.ts';
import { HostReports } from './host-reports.ts';
import { HostWatch } from './host-watch.ts';
import { LastOutput } from './last-output.ts';
import { MemoryLimit } from './memory-limit.ts';
import { RunningPlugins } from './running-plugins.ts';
import { type HostProcessSettings, startHost } from './start-host.ts';
import { StuckWatch } from './stuck-watch.ts';

/** Why a host that takes longer is killed. */
export const busy = 'it was busy with what an earlier event left behind';

/** Most files that a host may name. */
const filesMax = 10_000;

/**
 * In how many turns of the event loop all sent messages should have come. Each turn reads a good part of what the kernel
 * keeps.
 */
const catchUpTurnsMax = 100;

/** How long messages of an ended host are read, in milliseconds. A child of the host may hold the other end open. */
const lastHeardMs = 500;

/**
 * One plugin host as the daemon sees it: a process that may end at any moment, and any of whose messages may be wrong.
 *
 * A host is killed if it sends something that is no message, or answers late. Everything that waits for it then rejects
 * with `HostEnded`.
 */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #link: MessageLink<FromHost, ToHost>;
  readonly #isLinkClosed = Promise.withResolvers<undefined>();
  readonly #watch: HostWatch;
  #journal: number | undefined;
  readonly #settings: HostProcessSettings;
  readonly #ended = Promise.withResolvers<HostEnded>();
  readonly #ready = Promise.withResolvers<string>();
  readonly #lastOutput: LastOutput;
  readonly #groups: CommandGroups;
  readonly #files = new Map<string, string>();
  readonly #plugins = new Set<string>();
  readonly #memory: MemoryLimit;
  #whyKilled: string | undefined;
  #isAlive = true;
  /** Whether the kernel may give the host's number to another process. */
  #isWaitedFor = false;
  #retired: string | undefined;
  #loaded: PromiseWithResolvers<LoadedPlugin> | undefined;
  #noting: PromiseWithResolvers<undefined> | undefined;
  #noted: PromiseWithResolvers<undefined> | undefined;
  #running: RunningPlugins | undefined;
  /** The runs of which something may still go on. They are told when the host ends. */
  readonly #open = new Map<number, RunningPlugins>();
  #endedAs: HostEnded | undefined;
  #runs = 0;
  readonly #reports: HostReports;

  /** @throws HostEnded if it cannot be started. */
  constructor(settings: HostProcessSettings) {
    this.#settings = settings;
    this.#reports = new HostReports(settings.report, (why) => {
      this.kill(why);
    });
    const { child, link, watch, journal } = startHost(settings);
    this.#child = child;
    this.#journal = journal;
    this.#lastOutput = new LastOutput(this.#child);
    this.#groups = new CommandGroups(this.pid);
    this.#link = new MessageLink(
      link,
      { incoming: fromHost, outgoing: toHost },
      {
        onMessage: (message) => {
          this.#hear(message);
        },
        onClose: (fault) => {
          this.kill(fault === undefined ? undefined : `it said what is no message: ${fault.message}`);
          this.#isLinkClosed.resolve(undefined);
        },
      },
    );
    this.#watch = new HostWatch(watch);
    this.#ready.promise.catch(() => undefined);
    this.#memory = new MemoryLimit(
      this.pid,
      () => this.#open.size > 0,
      (why) => {
        this.kill(why);
      },
    );
    this.#listen();
    this.#within(this.#ready, after(startTimeoutMs), 'it did not start').catch(() => undefined); // `ready` tells.
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it can still be given work. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Why the host must not get any more work; undefined if it may. */
  get retired(): string | undefined {
    return this.#retired;
  }

  /** Settles with the network of its plugins when the host can be given work. Rejects with HostEnded. */
  get ready(): Promise<string> {
    return this.#ready.promise;
  }

  /** Settles when it has ended. */
  get ended(): Promise<HostEnded> {
    return this.#ended.promise;
  }

  /** The files of plugins that the host has read, each with the identity that it had then. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  /** Whether other plugins than this one were loaded into it. */
  hasOthers(name: string): boolean {
    return this.#plugins.size > (this.#plugins.has(name) ? 1 : 0);
  }

  /** The commands of its plugins that run now. */
  get groups(): CommandGroups {
    return this.#groups;
  }

  /**
   * Loads a plugin as it is now, or the version of it that was kept last. Rejects with HostEnded if the load ends the host
   * or takes too long.
   */
  load(
    name: string,
    path: string,
    timeoutMs: number,
    version: 'now' | 'kept' = 'now',
  ): Promise<LoadedPlugin> {
    this.#plugins.add(name);
    this.#loaded = Promise.withResolvers();
    this.#memory.beginWork();
    this.#link.send({ kind: 'load', name, path, isKept: version === 'kept' });
    return this.#within(this.#loaded, after(timeoutMs), `${name} was not loaded within ${timeoutMs} ms`);
  }

  /**
   * Tells the host of an event that begins. Rejects with HostEnded; soon, if the host does not even confirm that it has
   * heard.
   */
  async note(note: Omit<Extract<ToHost, { kind: 'note' }>, 'kind'>, timeoutMs: number): Promise<undefined> {
    this.#noting = Promise.withResolvers();
    this.#noted = Promise.withResolvers();
    this.#noted.promise.catch(() => undefined);
    this.#link.send({ kind: 'note', ...note });
    // Time in which the host gets no processor does not count. Whoever waits has a deadline, and kills the host then.
    const unlessStarved = (late: () => void): Disposable => new StuckWatch(this.pid, beginMs, late);
    const why = `${busy}, and did not hear of the next within ${beginMs} ms`;
    await this.#within(this.#noting, unlessStarved, why);
    return this.#within(this.#noted, after(timeoutMs), `it did not answer within ${timeoutMs} ms`);
  }

  /** Tells the host of an event that failed, of which nothing goes on. There is no answer. */
  noteFailed({ name, argv }: RaisedEvent): void {
    this.#link.send({ kind: 'failed', event: name, argv });
  }

  /** Has the host run plugins at events. */
  run(request: Omit<HostRun, 'run'>): RunningPlugins {
    this.#runs += 1;
    this.#reports.beginEvent();
    this.#memory.beginWork();
    const run = this.#runs;
    this.#running = new RunningPlugins(
      run,
      { plugins: request.plugins.length, events: request.events.length },
      (cause) => {
        this.#link.send({ kind: 'stop', run, cause });
      },
    );
    if (this.#endedAs === undefined) this.#open.set(run, this.#running);
    else this.#running.endHost(this.#endedAs);
    this.#link.send({ kind: 'run', run, ...request });
    return this.#running;
  }

  /** Where the main thread of the host is now, one line for each frame. Empty if it runs no JavaScript, or cannot say. */
  findStack(timeoutMs: number): Promise<string> {
    return this.#watch.findStack(timeoutMs);
  }

  /**
   * Reads everything that the host has said so far. This includes messages that have come but were not read yet, in case
   * the daemon was held up, and messages that were written down but not sent, in case the host hangs in the middle of a
   * turn. Never rejects.
   */
  async recover(): Promise<void> {
    for (let count = 0; count < catchUpTurnsMax; count += 1) {
      await turn();
      const journal = this.#readJournal();
      if (journal !== undefined && !this.#link.hasCaughtUpWith(journal)) continue;
      if (journal !== undefined) this.#link.recover(journal);
      return;
    }
  }

  #readJournal(): Journal | undefined {
    return this.#journal === undefined ? undefined : readJournal(this.#journal);
  }

  /** Kills the host at once, with everything that it has started. `why` goes to the log, and to those who wait for the host. */
  kill(why?: string, level: LogLevel = 'WARNING'): void {
    if (!this.#isAlive) return;
    if (why !== undefined) this.#settings.report(`plugin host ${this.pid} is killed: ${why}`, level);
    this.#isAlive = false;
    this.#whyKilled = why;
    this.#memory[Symbol.dispose]();
    this.#killWithCommands();
    setTimeout(() => {
      this.#link.close();
    }, lastHeardMs);
    // This is done at once: a host in a hung system call does not end when it is killed.
    if (why !== undefined) this.#failAll(new HostEnded(why));
  }

  /**
   * Kills nothing after the host was waited for. Its number may then belong to another process, and its remains were killed
   * then.
   */
  #killWithCommands(): void {
    if (this.#isWaitedFor || this.pid <= 0) return;
    this.#groups.killAll();
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      return; // The host is gone.
    }
  }

  #listen(): void {
    this.#child.on('error', () => undefined); // A signal that could not be sent.
    this.#child.once('exit', (code, signal) => {
      this.#isWaitedFor = true;
      this.#groups.hostIsGone();
      killRemainsOfSession(this.pid);
      const written = this.#isAlive ? this.#lastOutput.end() : Promise.resolve();
      void written.then(() => this.#end(() => describeHostEnd(code, signal, this.#lastOutput.error())));
    });
  }

  async #end(describe: () => string): Promise<void> {
    this.kill();
    await this.#isLinkClosed.promise; // Messages from before its end may still be on their way.
    this.#watch.close();
    const journal = this.#readJournal();
    if (journal !== undefined) this.#link.recover(journal);
    if (this.#journal !== undefined) closeSync(this.#journal);
    this.#journal = undefined;
    const said = this.#lastOutput.text();
    if (said !== '') this.#settings.report(`plugin host ${this.pid} said: ${said}`);
    const how = this.#whyKilled ?? describe();
    // Between two events nobody waits for it, and nobody else would say so.
    if (this.#whyKilled === undefined && this.#plugins.size > 0 && this.#open.size === 0)
      this.#settings.report(`plugin host ${this.pid} ended: ${how}`);
    const ended = new HostEnded(how);
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
        if (this.#files.size > filesMax) this.kill(`it said that it read more than ${filesMax} files`);
        return;
      case 'group':
        this.#groups.set(message.pid, message.state);
        return;
      case 'report':
        this.#reports.add(message.message);
        return;
      case 'retire':
        this.#retired = message.why;
        this.#reports.add(`plugin host ${this.pid} is replaced: ${message.why}`);
        return;
      default:
        if (message.kind === 'began' && this.#running?.isNews(message) === true) this.#reports.beginEvent();
        this.#running?.hear(message);
        if (message.kind === 'done') this.#open.delete(message.run);
    }
  }

  /** Waits for an answer. An answer that the host has written down counts: the host may be in the middle of a turn. */
  #within<T>(waiting: PromiseWithResolvers<T>, watch: LateTools['watch'], why: string): Promise<T> {
    waiting.promise.catch(() => undefined);
    if (this.#whyKilled !== undefined) waiting.reject(new HostEnded(this.#whyKilled));
    else if (!this.#isAlive) void this.#ended.promise.then(waiting.reject);
    const kill = (): void => {
      this.kill(why);
    };
    return killLate(waiting.promise, { watch, recover: () => this.recover(), kill });
  }
}
