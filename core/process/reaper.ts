import type { Libc } from './libc.ts';
import type { ProcessEnd } from './process-end.ts';

/**
 * Learns of the end of programs that posix_spawn started: waitpid for each of them, and for no other, whenever a child
 * ends. Children that Node started are left to Node.
 */
export class Reaper {
  readonly #libc: Libc;
  readonly #status = Buffer.alloc(4);
  readonly #running = new Map<number, { readonly settle: (end: ProcessEnd) => void; holdsLoop: boolean }>();
  #sweep: { readonly timer: NodeJS.Timeout; readonly everyMs: number } | undefined;

  /** Listens at once, so that a program which ends before `watch` is called is not missed. */
  constructor(libc: Libc) {
    this.#libc = libc;
    process.on('SIGCHLD', () => {
      this.#reap();
    });
  }

  /** The end of a child. Keeps this process from exiting meanwhile, until `unref`. */
  watch(pid: number): Promise<ProcessEnd> {
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.#running.set(pid, { settle: resolve, holdsLoop: true });
    this.#sweepWhileNeeded();
    return promise;
  }

  /** Lets this process exit before the child does. */
  unref(pid: number): void {
    const child = this.#running.get(pid);
    if (child !== undefined) child.holdsLoop = false;
    this.#sweepWhileNeeded();
  }

  #reap(): void {
    for (const [pid, { settle }] of this.#running) {
      const end = this.#endOf(pid);
      if (end === undefined) continue;
      this.#running.delete(pid);
      settle(end);
    }
    this.#sweepWhileNeeded();
  }

  #endOf(pid: number): ProcessEnd | undefined {
    try {
      if (this.#libc.call('waitpid', pid, this.#status, WNOHANG) === 0) return undefined;
    } catch {
      // Somebody else took its end, which is lost: it must not read as a success.
      return { kind: 'exited', code: 255 };
    }
    return decodeStatus(this.#status.readInt32LE());
  }

  /** The listener holds no event loop; the timer does. Its callback is for a plugin that removed all listeners. */
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
const WNOHANG = 1;

/** How often children are looked for, in milliseconds: those that somebody waits for, and such as a shell that is kept. */
const sweepMs = { awaited: 1_000, unawaited: 30_000 } as const;

/** The low seven bits are the signal, the next eight above bit 7 the exit status: wait(2). */
function decodeStatus(status: number): ProcessEnd {
  const signal = status & 0x7f;
  return signal === 0 ? { kind: 'exited', code: (status >> 8) & 0xff } : { kind: 'signalled', signal };
}
