import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { Talker } from '../support/namespace.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// The file system of this machine, seen through a bind mount, is a Debian like one that .config/debian-root made.

const program = join(packageRoot, '.config/in-debian-root');

/** Words that run a command in such a Debian. */
function inside(...command: readonly string[]): readonly [string, ...string[]] {
  const folder = join(temporaryDirectory(), 'debian');
  mkdirSync(folder);
  const mounted =
    'mount --bind / "$1" && program=$2 && folder=$1 && shift 2 && exec "$program" "$folder" "$@"';
  return ['unshare', '--mount', 'sh', '-ec', mounted, 'sh', folder, program, ...command];
}

async function run(...words: readonly string[]) {
  const [file = '', ...args] = words;
  const { exitCode, stdout, stderr } = await execa(file, args, { reject: false, input: 'what is read' });
  return { exitCode, stdout, stderr };
}

describe('a command in a Debian', () => {
  test('has the input, the streams and the exit status of the program, and the variables that are given', async () => {
    const command = 'cat; echo "$NAME, $HOME" >&2; exit 7';
    expect(await run(...inside('NAME=a value', 'sh', '-c', command))).toEqual({
      exitCode: 7,
      stdout: 'what is read',
      stderr: 'a value, /root',
    });
  });

  test('has no variables of who runs it', async () => {
    const { stdout } = await run(...inside('env'));
    expect(stdout).not.toContain('VITEST');
  });

  test('sees no process but its own', async () => {
    const { stdout } = await run(...inside('sh', '-c', 'echo /proc/[0-9]*'));
    expect(stdout.split(' ').length).toBeLessThanOrEqual(4);
  });

  test('can make user namespaces as an ordinary user, which the kernel refuses in a chroot', async () => {
    const command = ['setpriv', '--reuid=65534', '--clear-groups', 'unshare', '--user', 'echo', 'made'];
    expect(await run(...inside(...command))).toMatchObject({ exitCode: 0, stdout: 'made' });
  });

  test('gets signals as by default, though the shells on the way ignore some', async () => {
    const { stdout } = await run(...inside('grep', 'SigIgn', '/proc/self/status'));
    expect(stdout).toBe('SigIgn:\t0000000000000000');
  });
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'ended by %s, it takes all along that it started',
  async (signal) => {
    const mark = `mark${process.pid}${signal}`;
    const talker = new Talker(
      inside('sh', '-c', `setsid sh -c 'echo ready; : ${mark}; sleep 1000; :' & sleep 1000`),
    );
    await talker.says('ready');
    expect(processesWith(mark)).not.toEqual([]);
    if (signal === 'SIGKILL') for (const pid of unsharedBy(talker.pid)) process.kill(pid, signal);
    else process.kill(talker.pid, signal);
    await talker.exited;
    await expect.poll(() => processesWith(mark)).toEqual([]);
  },
);

/** The children of a process: here unshare, whose end is that of all in the process namespace. */
function unsharedBy(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
    } catch {
      return false; // It has ended.
    }
  });
}

describe('what cannot be is refused', () => {
  const folder = temporaryDirectory;

  test.each([
    ['debian-root', [], 'expected SUITE FOLDER [PACKAGE ...], got 0 arguments'],
    ['debian-root', ['book worm', 'x'], '"book worm" is no name of a suite: expected one like bookworm'],
    ['debian-root', ['bookworm', '/usr'], '/usr exists: remove it first'],
    ['debian-root', ['bookworm', '/no/where'], '/no is no directory'],
    ['in-debian-root', ['/'], 'expected FOLDER COMMAND [ARG ...], got 1 arguments'],
    ['in-debian-root', ['/proc', 'true'], '/proc is no Debian: it has no usr/bin/env'],
  ])('%s %j: %s', async (name, words, complaint) => {
    expect(await run(join(packageRoot, '.config', name), ...words)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `${name}: ${complaint}`,
    });
  });

  test('a suite that no mirror serves is named, and nothing is left', async () => {
    const made = join(folder(), 'made');
    const { exitCode, stderr } = await run(join(packageRoot, '.config/debian-root'), 'no-such-suite', made);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'debian-root: no mirror that apt has here serves the suite no-such-suite; asked:',
    );
    expect([existsSync(made), existsSync(`${made}.partial`)]).toEqual([false, false]);
  });
});
