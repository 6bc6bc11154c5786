import { rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAnswered } from './is-answered.ts';
import type { Report } from './report.ts';

/** How often the socket is looked for, in milliseconds. */
const lookMs = 1_000;

/** What is needed to keep a socket. */
export interface KeptSocket {
  readonly path: string;
  /** Listens there anew; there is nothing at the path then. Rejects if that fails. */
  readonly listenAgain: () => Promise<void>;
  readonly report: Report;
}

/**
 * Looks until disposed whether the socket that this process listens on is still at its path, and listens there again if
 * not: CTDB's own event daemon, started beside ours, removes it before it finds out that it is not alone. What somebody
 * else listens on by now is left alone.
 */
export function keepSocket(socket: KeptSocket): Disposable {
  const keeper = new SocketKeeper(socket);
  void keeper.keep();
  return {
    [Symbol.dispose]() {
      keeper.stop();
    },
  };
}

class SocketKeeper {
  readonly #socket: KeptSocket;
  readonly #stop = new AbortController();
  #ours: string | undefined;
  /** As it was said last. */
  #problem: string | undefined;

  constructor(socket: KeptSocket) {
    this.#socket = socket;
    this.#ours = inodeOf(socket.path);
  }

  stop(): void {
    this.#stop.abort();
  }

  async keep(): Promise<void> {
    const { signal } = this.#stop;
    while (await passes(lookMs, signal)) {
      const found = inodeOf(this.#socket.path);
      if (found !== undefined && found === this.#ours) this.#problem = undefined;
      else await this.#regain(found);
    }
  }

  async #regain(found: string | undefined): Promise<void> {
    const { path, listenAgain, report } = this.#socket;
    if (found !== undefined && (await isAnswered(path))) {
      this.#tell(
        `ERROR: ${path}: another event daemon listens there; whoever is connected to this one is served on`,
      );
      return;
    }
    if (this.#stop.signal.aborted) return;
    this.#ours = undefined;
    try {
      rmSync(path, { force: true });
      await listenAgain();
      this.#ours = inodeOf(path);
      report(`${path} was ${found === undefined ? 'removed' : 'replaced'} by somebody: it is there again`);
    } catch (error) {
      this.#tell(`ERROR: ${path} was removed by somebody, and cannot be made again: ${String(error)}`);
    }
  }

  #tell(problem: string): void {
    if (problem !== this.#problem) this.#socket.report(problem);
    this.#problem = problem;
  }
}

/** Answers whether the time passed without the signal. */
const passes = (timeMs: number, signal: AbortSignal): Promise<boolean> =>
  delay(timeMs, true, { ref: false, signal }).catch(() => false);

/** While a socket is open its inode is not given to another file. */
function inodeOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
