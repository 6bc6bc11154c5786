import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { searchPath } from './search-path.ts';

/** A way into namespaces that works here: the options of unshare(1), and what the namespaces are. */
export interface Entrance {
  readonly options: readonly string[];
  readonly namespaces: string;
}

/** Whatever runs in a PID namespace ends with the first process there, and that with unshare. */
const options = ['--net', '--mount', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'];

/**
 * With a user namespace no privilege is needed, so it is the first choice of root too. Where the kernel is told to
 * give none, root does not need one.
 */
const entrances: readonly Entrance[] = [
  {
    options: ['--user', '--map-root-user', ...options],
    namespaces: 'user, network, mount, PID and IPC namespaces',
  },
  { options, namespaces: 'network, mount, PID and IPC namespaces' },
];

/** Finds a way in that works, by going in and out again. If there is none: what refused, and what would help. */
export function findEntrance(): Entrance | { readonly refusals: readonly string[] } {
  const refusals: string[] = [];
  for (const entrance of process.geteuid?.() === 0 ? entrances : entrances.slice(0, 1)) {
    const { status, stderr, error } = spawnSync('unshare', [...entrance.options, 'true'], {
      env: { PATH: searchPath },
      encoding: 'utf8',
      timeout: 5000,
    });
    if (status === 0) return entrance;
    refusals.push(`no ${entrance.namespaces}: ${error?.message ?? stderr.trim()}`);
  }
  return { refusals: [...refusals, ...advice()] };
}

/** The settings with which a system keeps user namespaces from ordinary users. */
const settings = [
  { name: 'user.max_user_namespaces', refusing: '0', allowing: '10000' },
  { name: 'kernel.unprivileged_userns_clone', refusing: '0', allowing: '1' },
  { name: 'kernel.apparmor_restrict_unprivileged_userns', refusing: '1', allowing: '0' },
];

function advice(): string[] {
  const refusing = settings.filter(({ name, refusing }) => readSetting(name) === refusing);
  return [
    ...refusing.map(
      ({ name, refusing, allowing }) => `${name} is ${refusing}: as root, run sysctl ${name}=${allowing}`,
    ),
    'else run it as root; in a container, as root of one that was started with --privileged',
  ];
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined; // Most kernels have only some of them.
  }
}

/** What runs in new namespaces, and for how long. */
export interface Inside {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Ends it; its reason is said if it is a text. */
  readonly signal: AbortSignal;
  /** Is told the first process, by its number outside, when it writes to its descriptor 3. It has no limit of time from then on. */
  readonly onKept?: (pid: number) => void;
}

/**
 * Runs a program in new namespaces. Standard output and error are those of this process.
 *
 * The program has to end when its standard input does, and takes everything in the namespaces along. That is a pipe from this process:
 * however this process ends, the pipe does too.
 *
 * @returns its exit status, when all is gone; undefined if it was ended
 */
export async function runInside(
  entrance: Entrance,
  { command, timeoutMs, signal, onKept }: Inside,
): Promise<number | undefined> {
  const inside = spawn('unshare', [...entrance.options, '--', ...command], {
    env: { ...process.env, PATH: searchPath },
    stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    detached: true, // What is typed at the terminal interrupts this process, which waits until all is gone.
  });
  const state = { isEnded: false };
  const end = (why: unknown): void => {
    if (state.isEnded) return;
    state.isEnded = true;
    if (typeof why === 'string') process.stderr.write(`\n${why}: ending everything in the namespaces\n`);
    inside.stdin?.destroy();
  };
  const onAbort = (): void => {
    end(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const limit = setTimeout(() => {
    end(`Not done after ${timeoutMs / 1000} seconds`);
  }, timeoutMs);
  inside.stdio[3]?.once('data', () => {
    clearTimeout(limit);
    onKept?.(firstChild(inside.pid ?? 0));
  });
  const [status] = (await once(inside, 'exit')) as [number | null];
  clearTimeout(limit);
  signal.removeEventListener('abort', onAbort);
  return state.isEnded ? undefined : (status ?? 1);
}

/** What unshare has started. */
const firstChild = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
