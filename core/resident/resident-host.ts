import { existsSync, readFileSync, statSync } from 'node:fs';
import { EventDirectoryError } from '../event-directory/entry.ts';
import { readEventDirectory } from '../event-directory/read-event-directory.ts';
import { removeFile } from '../files/remove-file.ts';
import type { EventRunner } from '../links/event-runner.ts';
import { buildId } from '../package/build-id.ts';
import { buildIdFile } from '../package/build-id-file.ts';
import { loadTimeoutMs } from '../plugin-loading/load-plugin.ts';
import { unmapProgram } from '../process/unmap-program.ts';
import { untilTickMs } from '../process/common-tick.ts';
import { type Deadline, remainingMs } from '../process/deadline.ts';
import type { KillTimer } from '../process/kill-timer.ts';
import { loadLibc } from '../process/libc.ts';
import { killFamiliesOfEvent, signalLiveFamilies } from '../process/live-families.ts';
import { settlesWithin } from '../process/settles-within.ts';
import { Stopped } from '../process/stop-signal.ts';
import { watchProcess } from '../process/watch-process.ts';
import { AnswerFifo } from './answer-fifo.ts';
import { readAskFifo } from './ask-fifo.ts';
import type { CallerStreams } from './caller-streams.ts';
import { readCaller } from './caller.ts';
import { type Job, readJob } from './job.ts';
import type { Likeness } from './likeness.ts';
import { LinkLock } from './link-lock.ts';
import { ProcessState } from './process-state.ts';
import { readPid } from './read-pid.ts';
import type { ResidentPlace } from './resident-place.ts';

/** What a resident host works with. */
export interface ResidentSettings {
  /** The event directory. */
  readonly directory: string;
  readonly place: ResidentPlace;
  readonly runner: EventRunner;
  readonly likeness: Likeness;
  readonly killTimer: KillTimer;
  readonly streams: CallerStreams;
  /** Gets why the host ends, just before. */
  readonly onEnd: (why: string) => void;
}

/** After how long without an event the host ends, in milliseconds. */
const idleMs = 10 * 60_000;

/** How often the host looks whether it is still wanted, in milliseconds. */
const lookMs = 2_000;

/**
 * How long a plugin may keep the host from looking between events, in seconds, and how much longer than its event it may take. The
 * kernel kills the host then: no code of it runs in between, and it may be stopped.
 */
const stuckS = 5;

/** How long one plugin may take to load, in seconds: as it is now, or else the version before. Then the kernel kills the host. */
const loadS = (2 * loadTimeoutMs) / 1000 + stuckS;

/** How long a handler may go on after its event, in milliseconds. Then the host ends, and the handler with it. */
const unwindMs = 600;

/** Why a host ends that is no longer what a new one would be. */
const changed = 'the package, a plugin or the process itself has changed';

/** An event that runs. */
interface Running {
  readonly stop: AbortController;
  /** The link, or `ctdb-hook run`, has the exit status. */
  isAnswered: boolean;
}

/**
 * The process that runs the events of an event directory's links, one at a time, so that they need not start Node. A link hands
 * its event over as bin/ctdb-hook says. Whatever happens here, the link sees that the host has not begun and runs the event
 * itself, or that it has begun and ended. `ctdb-hook run` is one more link here, whose event is of all entries.
 *
 * It ends when it is not what a new process would be: when the package or a plugin has changed, when a link is called in another
 * environment, or when a handler goes on after its event.
 */
export class ResidentHost {
  readonly #directory: string;
  readonly #place: ResidentPlace;
  readonly #runner: EventRunner;
  readonly #likeness: Likeness;
  readonly #killTimer: KillTimer;
  readonly #streams: CallerStreams;
  readonly #onEnd: (why: string) => void;
  readonly #state = new ProcessState();
  #answers: AnswerFifo | undefined;
  #running: Running | undefined;
  #watched = 0;
  #isOrphaned = false;
  /** The link that was served last has closed its FIFO. */
  #isLeft = true;
  #lastEventMs = performance.now();
  readonly #lock: LinkLock;
  #isEnding = false;

  constructor({ directory, place, runner, likeness, killTimer, streams, onEnd }: ResidentSettings) {
    this.#directory = directory;
    this.#place = place;
    this.#runner = runner;
    this.#likeness = likeness;
    this.#killTimer = killTimer;
    this.#streams = streams;
    this.#onEnd = onEnd;
    this.#lock = new LinkLock(place);
  }

  /** Serves links from now on. */
  async serve(): Promise<void> {
    if (readFileSync(buildIdFile, 'utf8').trim() !== buildId) return;
    const { ask, answer, lock, asked } = this.#place;
    await this.#lock.ownerHasEnded();
    for (const path of [ask, answer, asked, lock]) removeFile(path);
    const libc = await loadLibc();
    await this.#prepareAll(); // Before links find this host: a plugin that loops while it is loaded keeps none waiting.
    this.#killTimer.set(stuckS);
    libc.call('mkfifo', answer, 0o600);
    this.#answers = new AnswerFifo(answer);
    libc.call('mkfifo', ask, 0o600); // Links see it last.
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(name, () => this.#end(`it got ${name}`));
    process.on('exit', () => {
      // A plugin may end this process as if it were its own. Its event has failed then, as in a process of its own.
      if (this.#running?.isAnswered === false && !this.#isEnding) this.#answers?.say('1');
      this.#removeFiles();
    });
    this.#listen(statSync(ask).ino);
    await unmapProgram();
  }

  /** Loads the plugins of the directory, so that no event waits for that. */
  async #prepareAll(): Promise<void> {
    try {
      for (const entry of readEventDirectory(this.#directory).entries) {
        this.#killTimer.set(loadS);
        if (entry.kind === 'plugin') await this.#runner.prepare(entry);
      }
    } catch (error) {
      if (!(error instanceof EventDirectoryError)) throw error;
    }
  }

  #listen(inode: number): void {
    const look = (): void => {
      if (this.#running === undefined) this.#killTimer.set(stuckS);
      const why = this.#whyUnwanted(inode);
      if (why !== undefined) this.#end(why);
      setTimeout(look, untilTickMs(lookMs)).unref();
    };
    setTimeout(look, untilTickMs(lookMs)).unref();
    readAskFifo(this.#place.ask, {
      onAsk: (pid) => {
        void this.#serve(pid).catch((error: unknown) => this.#end(`it failed: ${String(error)}`));
      },
      onLeft: () => {
        this.#nobodyAsks();
      },
      onGone: () => {
        this.#end('its FIFO is gone');
      },
    });
  }

  #whyUnwanted(inode: number): string | undefined {
    if (this.#running !== undefined) return undefined;
    if (this.#isOrphaned) return 'the event daemon that called it has ended';
    if (!existsSync(this.#directory)) return `${this.#directory} is gone`;
    if (!this.#likeness.isUnchanged()) return changed;
    const found = statSync(this.#place.ask, { throwIfNoEntry: false });
    if (found?.ino !== inode) return 'its FIFO is gone';
    return performance.now() - this.#lastEventMs < idleMs ? undefined : 'no event has come for ten minutes';
  }

  /** Whether this process is no longer what a new one would be, by what a plugin or somebody else has done to it. */
  #isSpoilt(): boolean {
    return this.#state.isSpoilt() || !this.#likeness.isUnchanged();
  }

  /** Serves the link that has the lock. */
  async #serve(pid: number): Promise<void> {
    const begun = this.#running === undefined ? await this.#begin(pid) : 'busy';
    if (typeof begun === 'string') {
      this.#lock.answered(pid);
      this.#answers?.say('no');
      if (begun === 'unlike')
        this.#end('it was called in another way than before, or a plugin has left something');
      return;
    }
    const running: Running = { stop: new AbortController(), isAnswered: false };
    this.#running = running;
    this.#killTimer.set(secondsUntil(begun.deadline));
    removeFile(this.#place.asked);
    const { status, unwound } = await begun.run(this.#runner, running.stop.signal);
    this.#streams.giveBack();
    process.chdir('/');
    this.#killTimer.set(stuckS);
    this.#lock.answered(pid);
    running.isAnswered = true;
    this.#lastEventMs = performance.now();
    this.#answers?.say(String(status));
    const isOver = await settlesWithin(unwound, unwindMs);
    if (!isOver) this.#end(`a handler goes on after ${begun.event.name}`);
    if (begun.event.name === 'shutdown') this.#end('shutdown');
    if (this.#isSpoilt()) this.#end(changed);
    this.#running = undefined;
    if (this.#isLeft) this.#lock.remove(this.#answers);
  }

  /** Gets all that an event needs, or says why it is not for this host. */
  async #begin(pid: number): Promise<Job | 'unlike' | 'not here'> {
    try {
      const caller = readCaller(pid);
      if (this.#state.isReplaced() || this.#runner.isDisturbed) return 'unlike';
      if (!this.#likeness.isOf(caller))
        return this.#likeness.isStranger(caller) && !this.#isOrphaned ? 'not here' : 'unlike';
      process.chdir(caller.workingDirectory);
      const job = await readJob(caller);
      if (job?.directory !== this.#directory || job.entries.some((each) => this.#runner.isFaulty(each)))
        return this.#leaveTo();
      this.#streams.take(pid);
      this.#isLeft = false;
      if (job.isLink) this.#watch(caller.parent);
      return job;
    } catch {
      return this.#leaveTo(); // The link has ended, or says what is wrong itself.
    }
  }

  /** Leaves an event to its link, and nothing of it here. */
  #leaveTo(): 'not here' {
    this.#streams.giveBack();
    process.chdir('/');
    return 'not here';
  }

  /** No link has the FIFO open. If one was served, it has ended, or was killed: ctdbd cancels an event that way. */
  #nobodyAsks(): void {
    this.#isLeft = true;
    if (this.#running === undefined) this.#lock.remove(this.#answers);
    else if (!this.#running.isAnswered) {
      this.#running.stop.abort(new Stopped('cancelled'));
      killFamiliesOfEvent();
    }
  }

  /** Ends with the process that calls the links: ctdbd's event daemon. */
  #watch(parent: number): void {
    if (parent === this.#watched || parent <= 1) return;
    this.#watched = parent;
    this.#isOrphaned = false;
    watchProcess(parent, () => {
      if (parent === this.#watched) this.#isOrphaned = true;
    });
  }

  #end(why: string): never {
    this.#onEnd(why);
    this.#isEnding = true; // A link that waits sees the end, and has no answer.
    signalLiveFamilies('SIGKILL');
    process.exit(0);
  }

  #removeFiles(): void {
    const { ask, answer, lock, pid } = this.#place;
    if (readPid(pid) !== process.pid) return; // They are another host's by now.
    for (const path of [ask, answer, lock, pid]) removeFile(path);
  }
}

/** How long the event may take until the kernel kills the host; 0: no limit. */
const secondsUntil = (deadline: Deadline): number =>
  deadline === Infinity ? 0 : Math.ceil(remainingMs(deadline) / 1000) + stuckS;
