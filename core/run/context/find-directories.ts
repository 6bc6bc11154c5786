import { Failure } from '../../plugin-api/failure.ts';
import type { DirectoryFindings } from '../../plugin-api/context.ts';
import type { Group } from '../../process/backend.ts';
import { commandEndOf } from '../../process/command-end.ts';
import type { CommandEnd } from '../../process/command-outcome.ts';
import { describeEnd } from '../../process/describe-end.ts';
import type { Environment } from '../../process/environment.ts';
import type { StartedProcess } from '../../process/start-process.ts';
import { LookingShell } from './looking-shell.ts';

/** How directories are looked for. */
export interface Looking {
  readonly environment: Environment;
  readonly group: Group;
  readonly signal: AbortSignal;
  /** After how long without a directory found or missed one counts as stuck; 5 seconds by default. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 5000;

/** How many children look at once when a path is stuck, and the others have to be told from it. */
const childCountMax = 16;

/**
 * Looks for directories in a child process: only a child can hang without harm.
 *
 * One child looks for all, and in a process that lives on for all that are asked for later. Where it gets stuck it is
 * killed, and the paths after that one get a child each, since they may be on the same file system. While a child cannot be
 * killed, its path gets no other.
 *
 * @throws Failure if the children come to an end that is not ours, twice at one path.
 */
export async function findDirectories(
  paths: readonly string[],
  looking: Looking,
): Promise<DirectoryFindings> {
  const missing: string[] = [];
  const stuck = paths.filter((path) => hung.has(path));
  const note = ({ there, stuckAt }: Looked, looked: readonly string[]): readonly string[] => {
    missing.push(...looked.filter((_path, index) => there[index] === false));
    if (stuckAt !== undefined) stuck.push(stuckAt);
    return stuckAt === undefined ? [] : looked.slice(there.length + 1);
  };

  const free = [...new Set(paths)].filter((path) => !hung.has(path));
  const rest = [...note(await lookOn(free, looking), free)];
  const lookAlone = async (): Promise<void> => {
    for (let path = rest.shift(); path !== undefined; path = rest.shift())
      note(await lookOn([path], looking), [path]);
  };
  await Promise.all(Array.from({ length: Math.min(childCountMax, rest.length) }, lookAlone));
  const inOrder = (found: readonly string[]) => paths.filter((path) => found.includes(path));
  return { missing: inOrder(missing), stuck: inOrder(stuck) };
}

/** Paths at which a child hangs that could not be killed. */
const hung = new Set<string>();

/** What one child found out, path by path, and where it got stuck. */
interface Looked {
  readonly there: readonly boolean[];
  readonly stuckAt?: string;
  /** How the child ended before it had answered for all, though we had not ended it. */
  readonly ended?: CommandEnd;
}

/** Goes on with another child where one was ended: the system may be short of memory, and the next path is no worse for it. */
async function lookOn(paths: readonly string[], looking: Looking): Promise<Looked> {
  const there: boolean[] = [];
  for (let endedAt = -1; ;) {
    const { ended, ...looked } = await look(paths.slice(there.length), looking);
    there.push(...looked.there);
    if (ended === undefined) return { ...looked, there };
    if (there.length === endedAt)
      throw new Failure(`Cannot look for directory "${paths[endedAt] ?? ''}": sh ${describeEnd(ended)}`);
    endedAt = there.length;
  }
}

async function look(paths: readonly string[], looking: Looking): Promise<Looked> {
  if (paths.length === 0) return { there: [] };
  looking.signal.throwIfAborted();
  const shell = await LookingShell.get(looking);
  const there: boolean[] = [];
  const stuck = Promise.withResolvers<'stuck'>();
  const watch = new ProgressTimer(looking.patienceMs ?? defaultPatienceMs, () => {
    stuck.resolve('stuck');
  });
  const abort = (): void => {
    stuck.resolve('stuck');
  };
  looking.signal.addEventListener('abort', abort);
  if (looking.signal.aborted) abort();
  try {
    const onAnswer = (isThere: boolean): void => {
      there.push(isThere);
      watch.restart();
    };
    const over = await Promise.race([shell.look(paths, onAnswer), stuck.promise]);
    if (there.length >= paths.length) {
      shell.keep();
      return { there };
    }
    if (over !== 'stuck') return { there, ended: commandEndOf(await shell.child.ended) };
    const stuckAt = paths[there.length] ?? '';
    await end(shell.child, stuckAt);
    looking.signal.throwIfAborted();
    return { there, stuckAt };
  } finally {
    watch.stop();
    looking.signal.removeEventListener('abort', abort);
  }
}

/** How long a killed child may take to be gone. */
const goneMs = 500;

async function end(child: StartedProcess, path: string): Promise<void> {
  hung.add(path);
  const gone = child.ended.then(() => hung.delete(path));
  child.signal('SIGKILL');
  const patience = Promise.withResolvers<boolean>();
  const timer = setTimeout(patience.resolve, goneMs, false);
  const isGone = await Promise.race([gone, patience.promise]);
  clearTimeout(timer);
  if (!isGone) child.release();
}

/** Tells when there was no progress for a time. */
class ProgressTimer {
  readonly #patienceMs: number;
  readonly #onStuck: () => void;
  #timer: NodeJS.Timeout;

  constructor(patienceMs: number, onStuck: () => void) {
    this.#patienceMs = patienceMs;
    this.#onStuck = onStuck;
    this.#timer = setTimeout(onStuck, patienceMs);
  }

  restart(): void {
    this.stop();
    this.#timer = setTimeout(this.#onStuck, this.#patienceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
