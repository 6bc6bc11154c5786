import { type FSWatcher, rmSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { inodeOf } from '../eventd-protocol/server.ts';
import { isListening } from '../files/is-listening.ts';
import type { Report } from './report.ts';

/**
 * How soon the socket is looked for, in milliseconds: after a change in its directory (`changed`), while the directory
 * cannot be watched or the socket is missing (`often`), and otherwise (`seldom`), since each look wakes an idle processor.
 */
const lookMs = { changed: 100, often: 1_000, seldom: 30_000 } as const;

/** What is needed to keep a socket. */
export interface KeptSocket {
  readonly path: string;
  /** The inode of the socket that was made last. */
  readonly inode: () => string | undefined;
  /** Listens at the path again. Nothing is at the path then. Rejects if that fails. */
  readonly listenAgain: () => Promise<void>;
  /** Whether nobody needs the socket any more. Then the path is left to the next event daemon. */
  readonly isUnneeded: () => boolean;
  readonly report: Report;
}

/**
 * Checks until disposed that the socket of this process is still at its path, and listens there again if it is not. CTDB's
 * own event daemon, if it is started beside ours, removes the socket before it finds out that ours runs. If another process
 * listens there by now, its socket is left alone.
 */
export function keepSocket(socket: KeptSocket): Disposable {
  const keeper = new SocketKeeper(socket);
  keeper.start();
  return {
    [Symbol.dispose]() {
      keeper.stop();
    },
  };
}

class SocketKeeper {
  readonly #socket: KeptSocket;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lookAtMs = Infinity;
  #isStopped = false;
  /** The problem that was reported last. */
  #problem: string | undefined;

  constructor(socket: KeptSocket) {
    this.#socket = socket;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  /** Looks soon. The socket may have been changed before the watch began. */
  start(): void {
    this.#watcher = this.#watch();
    this.#lookIn(lookMs.changed);
  }

  #keep(): void {
    this.#watcher ??= this.#watch();
    this.#lookIn(this.#watcher === undefined ? lookMs.often : lookMs.seldom);
  }

  #lookIn(timeMs: number): void {
    clearTimeout(this.#timer);
    this.#lookAtMs = performance.now() + timeMs;
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#look(), timeMs).unref();
  }

  async #look(): Promise<void> {
    const found = inodeOf(this.#socket.path);
    if (found !== undefined && found === this.#socket.inode()) {
      this.#problem = undefined;
      this.#keep();
      return;
    }
    if (this.#socket.isUnneeded()) return;
    this.#unwatch(); // The directory itself may be another one.
    await this.#regain(found);
    this.#lookIn(lookMs.often);
  }

  /** Watches the socket and its directory, and looks soon after a change. Undefined where they cannot be watched. */
  #watch(): FSWatcher | undefined {
    const { path } = this.#socket;
    const names: readonly (string | null)[] = [basename(path), basename(dirname(path)), null];
    try {
      const watcher = watch(dirname(path), { persistent: false }, (_what, name) => {
        // Somebody who changes it again and again must not delay the look.
        if (names.includes(name) && this.#lookAtMs > performance.now() + lookMs.changed)
          this.#lookIn(lookMs.changed);
      });
      watcher.on('error', () => {
        this.#unwatch();
        this.#lookIn(lookMs.often);
      });
      return watcher;
    } catch {
      return undefined;
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  async #regain(found: string | undefined): Promise<void> {
    const { path, listenAgain, report } = this.#socket;
    if (found !== undefined && (await isListening(path))) {
      this.#tell(
        `ERROR: ${path}: another event daemon listens there; whoever is connected to this one is served on`,
      );
      return;
    }
    if (this.#isStopped) return;
    try {
      rmSync(path, { force: true });
      await listenAgain();
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
