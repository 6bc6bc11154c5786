import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { namespacesBelow, processesIn } from '../support/network-namespaces.ts';

// The demo is run as a stranger runs it, as a process. Where neither this user nor root may make namespaces it says
// so and exits with 1, which fails these tests with its own words.

const program = fileURLToPath(new URL('demo.ts', import.meta.url));

/** The events of the issue that asked for the demo, in its order. */
const events = [
  'init',
  'setup',
  'startup',
  'monitor',
  'takeip eth1 192.0.2.11 24',
  'takeip eth1 192.0.2.12 24',
  'takeip eth1 2001:db8::13 64',
  'ipreallocated',
  'monitor',
  'releaseip eth1 192.0.2.11 24',
  'updateip eth1 eth2 192.0.2.12 24',
  'ipreallocated',
  'recovered',
  'shutdown',
];

test.concurrent('it takes a node from init to shutdown, and all that it shows happens', async () => {
  const { status, stdout, stderr } = await runDemo();
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
  expect(stdout.match(/^\w.*(?= {2,}OK +\d+ ms$)/gm)?.map((event) => event.trim())).toEqual(events);
  const flow = stdout.replace(/ +/g, ' ');
  expect(flow).toContain('Killed 1/1 TCP connections to released IP 192.0.2.11\n');
  expect(flow).toContain('> client connected to 192.0.2.11: ECONNRESET');
  expect(flow).toContain(
    '> addresses eth1: 192.0.2.12/24, 2001:db8::13/64 -> eth1: 2001:db8::13/64; eth2: 192.0.2.12/24',
  );
  expect(flow.match(/40\.announce \d x, 60\.nfs \d x/g)?.map((line) => line.match(/\d(?= x)/g))).toEqual([
    ['0', '0'],
    ['1', '1'],
    ['0', '0'],
    ['1', '1'],
    ['0', '0'],
  ]);
});

test.concurrent(
  'it writes nothing outside of its namespaces: a read-only file system is enough',
  async () => {
    const readOnly = 'mount -n -o remount,bind,ro / && exec "$@"';
    const { status, stdout, stderr } = await runDemo(...after(readOnly, '--mount'));
    expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
  },
);

test.concurrent('where there are no user namespaces, root does without them', async () => {
  const refuse = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"';
  const { status, stdout, stderr } = await runDemo(...after(refuse));
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('Real      network, mount, PID and IPC namespaces');
});

test.concurrent.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('interrupted by %s, it ends all that it started and then exits with %i', async (signal, code) => {
  const { demo, namespaces } = await startDemo();
  expect(namespaces.size).toBe(2);
  demo.kill(signal);
  expect(await once(demo, 'exit')).toEqual([code, null]);
  expect(processesIn(namespaces)).toEqual([]);
});

test.concurrent('killed, it takes all that it started along', async ({ expect }) => {
  const { demo, namespaces } = await startDemo();
  expect(namespaces.size).toBe(2);
  demo.kill('SIGKILL');
  await once(demo, 'exit');
  await expect.poll(() => processesIn(namespaces), { timeout: 10_000 }).toEqual([]);
});

test.concurrent('it runs no program that a Debian without further packages has not', async () => {
  // What the packages that Debian calls essential or required bring stays; of the rest, what it could want.
  const others =
    'ip ss nft iptables ip6tables ethtool tc sysctl rpcinfo pidof ctdb node npm curl python3 perl';
  const hide = `
    for directory in /bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin; do
      for program in ${others}; do
        [ ! -e "$directory/$program" ] || mount -n --bind /dev/null "$directory/$program"
      done
    done
    exec "$@"`;
  const { status, stdout, stderr } = await runDemo(...after(hide, '--mount'));
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
});

test.concurrent('it names each program that is missing and the package that has it', async () => {
  const hide = `
    for directory in /bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin; do
      for program in unshare; do
        [ ! -e "$directory/$program" ] || mount -n --bind /dev/null "$directory/$program"
      done
    done
    exec "$@"`;
  expect(await runDemo(...after(hide, '--mount'))).toEqual({
    status: 1,
    stdout: '',
    stderr: [
      'The demo cannot start here:',
      '  the program unshare is missing (package util-linux)',
      '  install with: apt-get install util-linux',
    ].join('\n'),
  });
});

test.concurrent('where nobody may make namespaces, it says what refuses and what would help', async () => {
  const refuse = 'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "$@"';
  const { status, stdout, stderr } = await runDemo(...after(refuse));
  expect({ status, stdout }, stderr).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('no user, network, mount, PID and IPC namespaces: unshare:');
  expect(stderr).toContain(
    'user.max_user_namespaces is 0: as root, run sysctl user.max_user_namespaces=10000',
  );
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo, or a command that runs it in circumstances of its own. */
async function runDemo(...command: readonly string[]): Promise<Ended> {
  const [file, ...args] = [...command, process.execPath, program];
  const { exitCode = null, stdout, stderr } = await execa(file, args, { reject: false, timeout: 60_000 });
  return { status: exitCode, stdout, stderr };
}

/** A shell script that changes what the demo finds, as root of a user namespace of its own, and then runs it. */
const after = (script: string, ...options: readonly string[]): readonly string[] => {
  return ['unshare', '--user', '--map-root-user', ...options, '--', 'sh', '-ec', script, 'sh'];
};

/** Starts the demo and waits until it is in the middle of an event: the takeip that takes longest. */
async function startDemo() {
  const demo = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaint = text(demo.stderr);
  for await (const line of createInterface(demo.stdout)) {
    if (!line.startsWith('takeip eth1 192.0.2.12')) continue;
    demo.stdout.resume();
    return { demo, namespaces: namespacesBelow(demo.pid ?? 0) };
  }
  throw new Error(`The demo ended early: ${await complaint}`);
}
