import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { searchPath } from './search-path.ts';

/** A way into namespaces that works here: the options of unshare(1), and what the namespaces are. */
export interface Entrance {
  readonly options: readonly string[];
  readonly namespaces: string;
}

/** Longest time that the whole demo may take, in milliseconds: several times what it takes on a busy computer. */
const demoTimeoutMs = 60_000;

/** Its first process is the demo, and whatever runs in a PID namespace ends with the first process. */
const options = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * With a user namespace no privilege is needed, so it is the first choice of root too. Where the kernel is told to
 * give none, root does not need one.
 */
const entrances: readonly Entrance[] = [
  {
    options: ['--user', '--map-root-user', ...options],
    namespaces: 'user, network, mount and PID namespaces',
  },
  { options, namespaces: 'network, mount and PID namespaces' },
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

/**
 * Runs a program of the demo in new namespaces and returns its exit status.
 *
 * The program ends when its standard input does, and takes everything in the namespaces along. That is a pipe from
 * this process: however this process ends, the pipe does too.
 */
export async function runInside({ options, namespaces }: Entrance, program: URL): Promise<number> {
  const command = [...options, '--', process.execPath, fileURLToPath(program), namespaces];
  const inside = spawn('unshare', command, {
    env: { ...process.env, PATH: searchPath },
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true, // What is typed at the terminal interrupts this process, which waits until all is gone.
  });
  let ending: number | undefined;
  const end = (status: number, why: string): void => {
    if (ending !== undefined) return;
    ending = status;
    process.stderr.write(`\n${why}: ending everything in the namespaces\n`);
    inside.stdin.destroy();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      end(128 + constants.signals[name], `Interrupted by ${name}`);
    });
  }
  const limit = setTimeout(() => {
    end(1, `Not done after ${demoTimeoutMs / 1000} seconds`);
  }, demoTimeoutMs);
  const [status] = (await once(inside, 'exit')) as [number | null];
  clearTimeout(limit);
  return ending ?? status ?? 1;
}
