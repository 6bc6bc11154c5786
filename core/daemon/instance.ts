import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { lockFile } from '../process/lock-file.ts';
import { isAnswered } from './is-answered.ts';
import { makeDirectory } from '../make-directory.ts';

/** Another event daemon runs already, or the files of this one cannot be made. `message` says what and where. */
export class InstanceError extends Error {
  override name = 'InstanceError';
}

/** Where the files of a daemon are. */
export interface InstancePaths {
  readonly pidFile: string;
  readonly socket: string;
}

/** The files by which there is at most one event daemon on a node, until it is released. */
export class Instance {
  readonly #paths: InstancePaths;
  readonly #pidFd: number;

  private constructor(paths: InstancePaths, pidFd: number) {
    this.#paths = paths;
    this.#pidFd = pidFd;
  }

  /**
   * Becomes the one daemon, and removes what a dead one has left. The pid file is locked as CTDB's own daemons lock theirs,
   * so that neither starts beside the other.
   *
   * @throws InstanceError if another one lives, or the pid file cannot be written.
   */
  static async claim(paths: InstancePaths): Promise<Instance> {
    const { pidFile, socket } = paths;
    if (await isAnswered(socket)) throw new InstanceError(`${socket}: another event daemon answers there`);
    for (const path of [pidFile, socket]) makeDirectory(dirname(path), 0o755);
    const fd = openPidFile(pidFile);
    if (!(await lockFile(fd))) {
      const owner = readFileSync(fd, 'utf8').trim();
      closeSync(fd);
      throw new InstanceError(`${pidFile}: is locked by process ${owner}, expected no other event daemon`);
    }
    rmSync(socket, { force: true });
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`, 0);
    return new Instance(paths, fd);
  }

  /** Removes the files. */
  release(): void {
    rmSync(this.#paths.socket, { force: true });
    rmSync(this.#paths.pidFile, { force: true });
    closeSync(this.#pidFd);
  }
}

function openPidFile(path: string): number {
  try {
    return openSync(path, 'a+', 0o644);
  } catch (error) {
    throw new InstanceError(`Cannot write the pid file: ${(error as Error).message}`, { cause: error });
  }
}
