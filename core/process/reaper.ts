import type { Libc } from './libc.ts';
import type { ProcessEnd } from './process-end.ts';

/** A child that was started and has not been waited for. */
interface Child {
  readonly settle: (end: ProcessEnd) => void;
  holdsLoop: boolean;
  holdsPid: boolean;
}

/**
 * Finds out when programs end that posix_spawn started. Whenever a child ends, it calls waitid for each of these programs,
 * and for no other. Children that Node started are left to Node.
 *
 * The process id of an ended program can be held, and with it the number of its group. The program then stays a zombie
 * until the id is let go, and the kernel gives its number to no other process.
 */
export class Reaper {
  readonly #libc: Libc;
  readonly #answer = Buffer.alloc(siginfoBytes);
  readonly #running = new Map<number, Child>();
  /** The programs that have ended and whose process ids are held. */
  readonly #held = new Set<number>();
  #sweep: { readonly timer: NodeJS.Timeout; readonly everyMs: number } | undefined;

  /** Listens at once, so that a program that ends before `watch` is called is not missed. */
  constructor(libc: Libc) {
    this.#libc = libc;
    process.on('SIGCHLD', () => {
      this.#reap();
    });
  }

  /** Waits for the end of a child. Meanwhile this process does not exit, until `unref`. */
  watch(pid: number, holdsPid: boolean): Promise<ProcessEnd> {
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.#running.set(pid, { settle: resolve, holdsLoop: true, holdsPid });
    this.#sweepWhileNeeded();
    return promise;
  }

  /** Lets this process exit before the child does. */
  unref(pid: number): void {
    const child = this.#running.get(pid);
    if (child !== undefined) child.holdsLoop = false;
    this.#sweepWhileNeeded();
  }

  /** Whether the process id still belongs to the child: it runs, or it has ended and is held. */
  isHeld(pid: number): boolean {
    return this.#running.has(pid) || this.#held.has(pid);
  }

  /** Lets the kernel reuse a process id: now if the child has ended, else when it does. */
  letGo(pid: number): void {
    const child = this.#running.get(pid);
    if (child !== undefined) child.holdsPid = false;
    if (this.#held.delete(pid)) this.#wait(pid, WNOHANG | WEXITED);
  }

  #reap(): void {
    for (const [pid, { settle, holdsPid }] of this.#running) {
      const end = this.#wait(pid, WNOHANG | WEXITED | (holdsPid ? WNOWAIT : 0));
      if (end === undefined) continue;
      this.#running.delete(pid);
      if (holdsPid) this.#held.add(pid);
      settle(end);
    }
    this.#sweepWhileNeeded();
  }

  #wait(pid: number, options: number): ProcessEnd | undefined {
    this.#answer.fill(0);
    try {
      this.#libc.call('waitid', P_PID, pid, this.#answer, options);
    } catch {
      // Somebody else has waited for it, so how it ended is lost. This must not look like a success.
      return { kind: 'exited', code: 255 };
    }
    return this.#answer.readInt32LE(siginfo.pid) === 0 ? undefined : decodeEnd(this.#answer);
  }

  /**
   * Sets the timer. The listener does not keep the event loop running; the timer does. The timer also looks for ended
   * children, in case a plugin removed all listeners.
   */
  #sweepWhileNeeded(): void {
    const holdsLoop = [...this.#running.values()].some((child) => child.holdsLoop);
    const everyMs = this.#running.size === 0 ? undefined : holdsLoop ? sweepMs.awaited : sweepMs.unawaited;
    if (this.#sweep?.everyMs === everyMs) return;
    clearInterval(this.#sweep?.timer);
    this.#sweep = everyMs === undefined ? undefined : { everyMs, timer: this.#sweepEvery(everyMs) };
    if (!holdsLoop) this.#sweep?.timer.unref();
  }

  #sweepEvery(everyMs: number): NodeJS.Timeout {
    return setInterval(() => {
      this.#reap();
    }, everyMs);
  }
}

/** From <sys/wait.h> of Linux. */
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x01000000;

/** `si_code` of a child that called exit. A child with another code was ended by a signal. From <bits/siginfo-consts.h>. */
const CLD_EXITED = 1;

/** The size of a siginfo_t of SIGCHLD, and the offsets in it; the same on x64 and arm64. */
const siginfoBytes = 128;
const siginfo = { code: 8, pid: 16, status: 24 } as const;

/**
 * How often children are looked for, in milliseconds: those that somebody waits for, and others, such as a shell that is
 * kept.
 */
const sweepMs = { awaited: 1_000, unawaited: 30_000 } as const;

function decodeEnd(answer: Buffer): ProcessEnd {
  const status = answer.readInt32LE(siginfo.status);
  return answer.readInt32LE(siginfo.code) === CLD_EXITED
    ? { kind: 'exited', code: status }
    : { kind: 'signalled', signal: status };
}
