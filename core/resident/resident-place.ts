import { join } from 'node:path';

/**
 * The files by which bin/ctdb-hook and the resident host of an event directory find each other. They are all that a POSIX shell
 * can use without starting a program.
 */
export interface ResidentPlace {
  /** The directory of the files, for root alone. */
  readonly path: string;
  /** A FIFO. The one who has the lock writes its pid; while it lives, it has the FIFO open. */
  readonly ask: string;
  /** A FIFO, from which the one who has the lock reads the exit status of its event, or `no`: the event is not for this host. */
  readonly answer: string;
  /** Has the pid of the link that talks to the host now. The link makes it (O_EXCL), and the host removes it. */
  readonly lock: string;
  /** The event of the one who has the lock was not begun. The link makes it, and the host removes it when it begins. */
  readonly asked: string;
  /** Has the pid of the host, which has it locked (lockf(3)). */
  readonly pid: string;
}

/**
 * The place of an event directory's host.
 *
 * @param ownRunDir `CtdbPaths.ownRunDir`
 * @param directory the event directory as its links are called, absolute
 */
export function residentPlace(ownRunDir: string, directory: string): ResidentPlace {
  const path = join(ownRunDir, 'resident', directory);
  const file = (name: string): string => join(path, `.${name}`);
  return {
    path,
    ask: file('ask'),
    answer: file('answer'),
    lock: file('lock'),
    asked: file('asked'),
    pid: file('pid'),
  };
}
