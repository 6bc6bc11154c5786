import type { DirectoryFindings } from '../../plugin/context.ts';
import type { Group } from '../../process/backend.ts';
import type { Environment } from '../../process/environment.ts';
import { Family } from '../../process/family.ts';
import { addLiveFamily } from '../../process/live-families.ts';
import { startProcess, type StartedProcess } from '../../process/start-process.ts';

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
 * Looks for directories in a child process, as only that can hang without harm.
 *
 * One child looks for all. Where it gets stuck it is killed, and the paths after that one get a child each, since they may
 * be on the same file system. While a child cannot be killed, its path gets no other.
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
  const rest = [...note(await look(free, looking), free)];
  const lookAlone = async (): Promise<void> => {
    for (let path = rest.shift(); path !== undefined; path = rest.shift())
      note(await look([path], looking), [path]);
  };
  await Promise.all(Array.from({ length: Math.min(childCountMax, rest.length) }, lookAlone));
  const inOrder = (found: readonly string[]) => paths.filter((path) => found.includes(path));
  return { missing: inOrder(missing), stuck: inOrder(stuck) };
}

/** Paths that a child hangs at that could not be killed. */
const hung = new Set<string>();

/** What one child found out, path by path, and where it got stuck. */
interface Looked {
  readonly there: readonly boolean[];
  readonly stuckAt?: string;
}

async function look(paths: readonly string[], looking: Looking): Promise<Looked> {
  if (paths.length === 0) return { there: [] };
  looking.signal.throwIfAborted();
  const there: boolean[] = [];
  const stuck = Promise.withResolvers<'stuck'>();
  const watch = new ProgressTimer(looking.patienceMs ?? defaultPatienceMs, () => {
    stuck.resolve('stuck');
  });
  const onOutput = (chunk: Buffer): void => {
    for (const byte of chunk) there.push(byte === found);
    watch.restart();
  };
  const argv = ['sh', '-c', lookForEach, 'sh', ...paths] as const;
  const { environment, group, signal } = looking;
  const child = await startProcess({
    file: 'sh',
    argv,
    environment,
    group,
    output: { kind: 'one-pipe', onOutput },
  });
  if (child.kind === 'not-started') throw new Error(`Cannot start sh: ${child.code}`);
  const forget = addLiveFamily(new Family(child.pid, group !== 'inherited'), true);
  void child.ended.then(forget);
  const abort = (): void => {
    stuck.resolve('stuck');
  };
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([child.ended, stuck.promise]);
    if (there.length >= paths.length) return { there };
    const stuckAt = paths[there.length] ?? '';
    await end(child, stuckAt);
    signal.throwIfAborted();
    return { there, stuckAt };
  } finally {
    watch.stop();
    signal.removeEventListener('abort', abort);
  }
}

/** A plus for each directory that is there, a minus for each that is not; the slash and dot want search permission. */
const lookForEach = 'for d do if [ -d "$d/." ]; then printf +; else printf -; fi; done';

/** The plus, as a byte. */
const found = 0x2b;

/** How long a killed child may take to be gone. */
const goneMs = 500;

async function end(child: StartedProcess, path: string): Promise<void> {
  hung.add(path);
  const gone = child.ended.then(() => hung.delete(path));
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
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
