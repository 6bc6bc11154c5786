import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockFile } from '../process/lock-file.ts';
import { isListening } from '../files/is-listening.ts';
import { makeDirectory } from '../files/make-directory.ts';

/** Another event daemon runs already, or the files of this one cannot be made. `message` says which file, and why. */
export class InstanceError extends Error {
  override name = 'InstanceError';
}

/** The pause between two tries to become the one daemon, in milliseconds. */
const claimPollMs = 50;

/** The paths of a daemon's files. */
export interface InstancePaths {
  readonly pidFile: string;
  readonly socket: string;
}

/** The files that keep a second event daemon from running on the node, until they are released. */
export class Instance {
  readonly #paths: InstancePaths;
  readonly #pidFd: number;

  private constructor(paths: InstancePaths, pidFd: number) {
    this.#paths = paths;
    this.#pidFd = pidFd;
  }

  /**
   * How long an event daemon may go on after its ctdbd has ended, in milliseconds: it looks for its ctdbd every five
   * seconds. A node has one ctdbd. So when ctdbd starts a daemon and another one answers, that one belonged to an earlier
   * ctdbd.
   */
  static readonly orphanMs = 8_000;

  /**
   * Becomes the one daemon, and removes the files of a dead one. The pid file is locked in the same way as by CTDB's own
   * daemons, so that neither kind starts beside the other.
   *
   * @param waitMs how long another one may take to end
   * @throws InstanceError if another one lives, or the pid file cannot be written.
   */
  static async claim(paths: InstancePaths, waitMs = 0): Promise<Instance> {
    for (const path of [paths.pidFile, paths.socket]) makeDirectory(dirname(path), 0o755);
    const deadlineMs = performance.now() + waitMs;
    for (;;) {
      const claimed = await tryToClaim(paths);
      if ('fd' in claimed) return new Instance(paths, claimed.fd);
      if (performance.now() >= deadlineMs) throw new InstanceError(claimed.why);
      await delay(claimPollMs);
    }
  }

  /** Removes the files. */
  release(): void {
    rmSync(this.#paths.socket, { force: true });
    rmSync(this.#paths.pidFile, { force: true });
    closeSync(this.#pidFd);
  }
}

/** Tries once. Answers the locked pid file, or why another daemon is in the way. */
async function tryToClaim({ pidFile, socket }: InstancePaths): Promise<{ fd: number } | { why: string }> {
  if (await isListening(socket)) return { why: `${socket}: another event daemon answers there` };
  const fd = openPidFile(pidFile);
  // The other daemon may have ended meanwhile, and removed the file.
  if (!(await lockFile(fd)) || !isAt(pidFile, fd)) {
    const owner = readFileSync(fd, 'utf8').trim();
    closeSync(fd);
    return { why: `${pidFile}: is locked by process ${owner}, expected no other event daemon` };
  }
  rmSync(socket, { force: true });
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`, 0);
  return { fd };
}

/** Whether an open file is the one at the path. */
function isAt(path: string, fd: number): boolean {
  const [there, open] = [statSync(path, { throwIfNoEntry: false }), fstatSync(fd)];
  return there?.ino === open.ino && there.dev === open.dev;
}

function openPidFile(path: string): number {
  try {
    return openSync(path, 'a+', 0o644);
  } catch (error) {
    throw new InstanceError(`Cannot write the pid file: ${(error as Error).message}`, { cause: error });
  }
}
