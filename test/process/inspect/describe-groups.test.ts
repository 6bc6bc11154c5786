import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { describeGroups, describeProcesses } from '../../../core/process/inspect/describe-groups.ts';
import { readProcEntry } from '../../../core/process/proc-table.ts';
import { packageRoot } from '../../../core/package/package-root.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { describedWhen, plain, startGroup } from './children.ts';

function withFifo(): { directory: string; fifo: string } {
  const directory = temporaryDirectory();
  const fifo = join(directory, 'fifo');
  execFileSync('mkfifo', [fifo]);
  return { directory, fifo };
}

it('a sleeping program: command line, state, and the system call', async () => {
  const pid = startGroup('sleep', ['1000']);
  expect(await describedWhen(pid, /blocked/)).toBe(
    `${pid} sleep 1000 (sleeping, 0 s)\n  blocked in clock_nanosleep\n`,
  );
});

it('says for how long a process has been there', async () => {
  const pid = startGroup('sleep', ['1000']);
  const [, seconds] = /\(sleeping, (\d+\.\d) s\)/.exec(await readWhole(pid)) ?? [];
  expect(Number(seconds)).toBeLessThan(30);
  const [, ofTheFirst] = /, (\d+\.\d) s\)/.exec(describeGroups([], [process.ppid])) ?? [];
  expect(Number(ofTheFirst)).toBeGreaterThan(Number(seconds) - 1);
});

async function readWhole(pid: number): Promise<string> {
  await describedWhen(pid, /blocked/);
  return describeGroups([pid], []);
}

it.each([
  ['an absolute path', (_directory: string, fifo: string) => [fifo]],
  ['a path relative to its directory', () => ['./fifo']],
])('a program blocked in opening a FIFO shows its path: %s', async (_title, args) => {
  const { directory, fifo } = withFifo();
  const named = args(directory, fifo);
  const pid = startGroup('cat', named, directory);
  expect(await describedWhen(pid, /blocked in openat/)).toBe(
    `${pid} cat ${named.join(' ')} (sleeping, 0 s)\n  blocked in openat "${fifo}"\n`,
  );
});

it('a program waiting for a lock shows the file', async () => {
  const lock = join(temporaryDirectory({ lock: '' }), 'lock');
  const holder = startGroup('flock', [lock, 'sleep', '1000']);
  await describedWhen(holder, /nanosleep/);
  const pid = startGroup('flock', [lock, 'true']);
  expect(await describedWhen(pid, /blocked in flock/)).toMatch(
    new RegExp(
      String.raw`^${pid} flock ${lock} true \(sleeping, 0 s\)\n  blocked in flock fd \d+ "${lock}"\n$`,
    ),
  );
});

it('a tree in one group is shown as one, with what each waits for', async () => {
  const { fifo } = withFifo();
  const pid = startGroup('sh', ['-c', `(cat ${fifo}; :) & sleep 1000; :`]);
  const text = await describedWhen(pid, /openat "[^]*clock_nanosleep|clock_nanosleep[^]*openat "/);
  const shape = text.replaceAll(/^( *)\d+ /gm, '$1');
  const command = `sh -c (cat ${fifo}; :) & sleep 1000; :`;
  const parts = [
    `  ${command} (sleeping, 0 s)\n    blocked in wait4 for a child\n` +
      `    cat ${fifo} (sleeping, 0 s)\n      blocked in openat "${fifo}"\n`,
    `  sleep 1000 (sleeping, 0 s)\n    blocked in clock_nanosleep\n`,
  ];
  const first = `${command} (sleeping, 0 s)\n  blocked in wait4 for a child\n`;
  expect([first + parts.join(''), first + parts.toReversed().join('')]).toContain(shape);
});

it('a stopped program is shown as stopped', async () => {
  const pid = startGroup('sleep', ['1000']);
  await describedWhen(pid, /blocked/);
  process.kill(pid, 'SIGSTOP');
  expect(await describedWhen(pid, /stopped/)).toMatch(new RegExp(`^${pid} sleep 1000 \\(stopped, 0 s\\)\n`));
});

it('a program that ended and is not waited for is shown as such, by its name', async () => {
  const pid = startGroup('sh', ['-c', 'true & exec sleep 1000']);
  expect(await describedWhen(pid, /not waited for/)).toMatch(
    /^ {2}\d+ \[(true|sh)\] \(ended, not waited for, 0 s\)$/m,
  );
});

it('a program that reads from a connection shows both ends', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const pid = startGroup('bash', ['-c', `exec 7<>/dev/tcp/127.0.0.1/${port}; exec cat <&7`]);
  expect(await describedWhen(pid, /blocked in read/)).toMatch(
    new RegExp(
      String.raw`blocked in read fd 0 "tcp 127\.0\.0\.1:\d+ to 127\.0\.0\.1:${port} \(ESTABLISHED\)"\n$`,
    ),
  );
});

/** Calls that no program makes in a way a test can wait for, made by number. */
const numbers = process.arch === 'x64' ? { clone: 56, ppoll: 271 } : { clone: 220, ppoll: 73 };

it('a program that polls shows what', async () => {
  const program = `pipe(my $r, my $w); my $fds = pack("iss", fileno($r), 1, 0); syscall(${numbers.ppoll}, $fds, 1, 0, 0)`;
  const pid = startGroup('perl', ['-e', program]);
  expect(await describedWhen(pid, /blocked in ppoll/)).toMatch(/blocked in ppoll fd \d "pipe:\[\d+\]"\n$/);
});

/** A parent waits uninterruptibly for a child of CLONE_VFORK. */
const vfork = `syscall(${numbers.clone}, 0x4011, 0, 0, 0, 0) == 0 and sleep(1000)`;

it('in an uninterruptible wait: what is safe to read comes first, the command line last of all', async () => {
  const pid = startGroup('perl', ['-e', vfork]);
  const lines = (await describedWhen(pid, /uninterruptible[^]*nanosleep/)).split('\n');
  expect(lines).toEqual([
    `${pid} [perl] (in an uninterruptible wait, 0 s)`,
    expect.stringMatching(/^ {2}\d+ perl -e syscall.* \(sleeping, 0 s\)$/),
    '    blocked in clock_nanosleep',
    `${pid} blocked in clone`,
    `${pid} command: perl -e ${vfork}`,
    '',
  ]);
});

it('single processes come with their descendants, whatever their group', async () => {
  const pid = startGroup('sh', ['-c', 'setsid sleep 1000; :']);
  const described = async (): Promise<string> => {
    await describedWhen(pid, /wait4/);
    return plain(describeGroups([], [pid]));
  };
  await expect.poll(described).toMatch(/^\d+ sh -c .*\n.*wait4.*\n {2}\d+ sleep 1000 /);
});

it('a long command line is cut, and control characters do not break lines', async () => {
  const pid = startGroup('sh', ['-c', 'sleep 1000; :', 'a\nb\x1b[1m', 'x'.repeat(100_000)]);
  const [first] = (await describedWhen(pid, /wait4/)).split('\n');
  expect(first).toMatch(/^\d+ sh -c sleep 1000; : a\?b\?\[1m x+\.\.\. \(sleeping, 0 s\)$/);
  expect(first?.length).toBeLessThan(400);
});

it('describes fifty processes at most, and counts the rest', async () => {
  const pid = startGroup('sh', ['-c', 'for i in $(seq 59); do sleep 1000 & done; wait']);
  const text = await describedWhen(pid, /more processes are left out/);
  await describedWhen(pid, /^10 more processes are left out$/m);
  expect(text.match(/^ *\d+ (sh|sleep)\b/gm)).toHaveLength(50);
});

it('says nothing of processes that are not there', () => {
  expect(describeGroups([2 ** 30], [2 ** 30 + 1])).toBe('');
});

it('every process of this machine can be described without an error', () => {
  expect(describeGroups([], [1])).toMatch(/^1 /);
});

it('the program takes groups and processes as kill(1) does, and prints the same', async () => {
  const group = startGroup('sleep', ['1000']);
  const single = startGroup('sleep', ['2000']);
  await describedWhen(group, /blocked/);
  await describedWhen(single, /blocked/);
  const main = join(packageRoot, 'core/process/inspect/inspect-main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [main, `-${group}`, String(single)]);
  // Where only ancestors may look (Yama), the program, a brother, does not see what the calls are.
  expect(plain(stdout).replaceAll(/^ *blocked in .*\n/gm, '')).toBe(
    `${group} sleep 1000 (sleeping, 0 s)\n${single} sleep 2000 (sleeping, 0 s)\n`,
  );
});

it('the program ends without a word when nobody reads what it prints', async () => {
  const main = join(packageRoot, 'core/process/inspect/inspect-main.ts');
  const child = spawn('sh', ['-c', '"$0" "$1" 1 | true; :', process.execPath, main], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += String(chunk)));
  await once(child, 'close');
  expect(complaints).toBe('');
});

it('nothing of a process, or of a group, that got its number after it was asked for', () => {
  const pid = startGroup('sleep', ['1000']);
  const startTicks = readProcEntry(pid)?.startTicks ?? 0;
  const ask = (atTicks: number) => [...describeProcesses([pid], [pid], atTicks)].join('');
  expect(ask(startTicks)).toMatch(new RegExp(`^${pid} `));
  expect(ask(startTicks - 1)).toBe('');
});
