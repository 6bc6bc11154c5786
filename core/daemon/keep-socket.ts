import { type FSWatcher, rmSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { inodeOf } from '../eventd-protocol/server.ts';
import { isListening } from './is-listening.ts';
import type { Report } from './report.ts';

/**
 * When the socket is looked for, in milliseconds: after a change in its directory, as long as nobody tells of these or it is
 * not there, and else, for each look wakes an idle processor up.
 */
const lookMs = { changed: 100, often: 1_000, seldom: 30_000 } as const;

/** What is needed to keep a socket. */
export interface KeptSocket {
  readonly path: string;
  /** The inode that it was made with last. */
  readonly inode: () => string | undefined;
  /** Listens there anew; there is nothing at the path then. Rejects if that fails. */
  readonly listenAgain: () => Promise<void>;
  /** Whether nobody needs it any more: then it is left to the event daemon that comes next. */
  readonly isUnneeded: () => boolean;
  readonly report: Report;
}

/**
 * Looks until disposed whether the socket that this process listens on is still at its path, and listens there again if
 * not: CTDB's own event daemon, started beside ours, removes it before it finds out that it is not alone. What somebody
 * else listens on by now is left alone.
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
  /** As it was said last. */
  #problem: string | undefined;

  constructor(socket: KeptSocket) {
    this.#socket = socket;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  /** Looks soon: somebody may have been here since the socket was made, of which the watch does not tell. */
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
    this.#unwatch(); // It may be the directory that is another one.
    await this.#regain(found);
    this.#lookIn(lookMs.often);
  }

  /** Looks soon after what concerns the socket or its directory. Undefined where nobody can tell of that. */
  #watch(): FSWatcher | undefined {
    const { path } = this.#socket;
    const names: readonly (string | null)[] = [basename(path), basename(dirname(path)), null];
    try {
      const watcher = watch(dirname(path), { persistent: false }, (_what, name) => {
        // Who changes it again and again must not put the look off.
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
