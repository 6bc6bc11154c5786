import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

/** How long the tests of another process are waited for, in seconds: a release takes some ten minutes. */
const waitSecondsMax = 3600;

/** What flock(1) ends with where somebody else has the lock. */
const taken = 75;

/** The one who makes a file system has it alone; those who start machines on it may be many. */
export type RootUse = 'make' | 'run';

/**
 * Takes the lock of a release's file system, which several test runs share. Waits for those that keep it, and says so.
 *
 * @param say gets the sentence
 * @param waitSeconds how long it waits
 * @throws Error naming the file system, if it takes too long.
 */
export async function lockRoot(
  root: string,
  use: RootUse,
  say: (line: string) => void,
  waitSeconds = waitSecondsMax,
): Promise<AsyncDisposable> {
  const atOnce = await tryLock(root, use, ['--nonblock']);
  if (atOnce !== undefined) return atOnce;
  say(`Waiting: another test run ${use === 'make' ? 'uses' : 'makes'} ${root} (it has locked ${root}.lock)`);
  const later = await tryLock(root, use, ['--timeout', `${waitSeconds}`]);
  if (later !== undefined) return later;
  throw new Error(
    `${root} is kept by another test run for more than ${waitSeconds} seconds (it has locked ${root}.lock)`,
  );
}

/** The lock is held by a process that ends with this one, however that ends, since its standard input does. */
async function tryLock(
  root: string,
  use: RootUse,
  how: readonly string[],
): Promise<AsyncDisposable | undefined> {
  mkdirSync(dirname(root), { recursive: true });
  const kind = use === 'make' ? '--exclusive' : '--shared';
  const words = [kind, ...how, '--conflict-exit-code', `${taken}`, `${root}.lock`];
  const holder = spawn('flock', [...words, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(holder, 'exit');
  for await (const _locked of createInterface(holder.stdout)) {
    return {
      async [Symbol.asyncDispose]() {
        holder.stdin.end();
        await ended;
      },
    };
  }
  const [code] = (await ended) as [number | null];
  if (code === taken) return undefined;
  throw new Error(`flock of ${root}.lock ended with ${code}`);
}
