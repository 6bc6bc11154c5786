import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { life } from '../../../core/try/life.ts';
import { forAnybody } from '../../support/for-anybody.ts';
import { hook, pluginText } from '../../support/hook-node.ts';
import { Talker } from '../../support/namespace.ts';
import { namespacesBelow, processesIn } from '../../support/network-namespaces.ts';
import { plant, temporaryDirectory } from '../../support/temporary-directory.ts';

// `ctdb-hook try` is run as an author runs it, as a process.

/** A folder with a plugin of these members, that anybody can read. */
function project(members: string, more: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryDirectory();
  execFileSync('chmod', ['755', folder]);
  plant(folder, { '55.x.ts': pluginText(members), ...more });
  return folder;
}

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

/** Runs `ctdb-hook try` with these words in a folder, or a command that does so in circumstances of its own. */
async function tryIn(
  cwd: string,
  words: readonly string[],
  ...circumstances: readonly string[]
): Promise<Ended> {
  const [file = '', ...args] = [...circumstances, hook, 'try', ...words];
  const { exitCode = null, all } = await execa(file, args, {
    cwd,
    all: true,
    reject: false,
    timeout: 100_000,
  });
  return { status: exitCode, said: all };
}

/** Starts `ctdb-hook try` in a folder, and hears what it says as it says it. */
const talkerIn = (folder: string, ...words: readonly string[]): Talker =>
  new Talker(['sh', '-c', 'cd "$0" && exec "$@"', folder, hook, 'try', ...words]);

/** A shell script that changes what is found, in a user namespace of its own, and then runs the command. */
const after = (script: string, ...options: readonly string[]): readonly string[] => {
  return ['unshare', '--user', '--map-root-user', ...options, '--', 'sh', '-ec', script, 'sh'];
};

/** The lines that say which events ran, with their results. */
const eventsIn = (said: string): string[] =>
  [...said.matchAll(/^(\w[\w ./]*?) +(OK|FAILED) +\d+ ms$/gm)].map(
    ([, event = '', end = '']) => `${event} ${end}`,
  );

test.concurrent(
  'what ctdb-hook new writes goes through a whole life, with a client that keeps its connection or is told',
  async ({ expect }) => {
    const folder = temporaryDirectory();
    await execa(hook, ['new', '55.web'], { cwd: folder });
    const { status, said } = await tryIn(folder, ['55.web.ts']);
    expect(status, said).toBe(0);
    expect(eventsIn(said).map((event) => event.split(' ')[0])).toEqual(life);
    const flow = said.replaceAll(/ +/g, ' ');
    for (const line of [
      '> service web start\n',
      '> addresses none -> eth1: 192.0.2.11/24\n > client of 192.0.2.11: connected to port 2049, and answered\n',
      'Killed 1/1 TCP connections to released IP 192.0.2.11\n',
      '> client of 192.0.2.11: was told: ECONNRESET\n',
      '> client of 192.0.2.12: still connected, and answered\n',
      '> service web stop\n',
    ])
      expect(flow).toContain(line);
    expect(flow.match(/> service web reload/g)).toHaveLength(2); // Once per takeover run.
    expect(said).toMatch(/^All of it succeeded: 16 events, in \d+\.\d s$/m);
  },
);

const writes = `
  async setup(_event, { edit, act, log }) {
    for (const folder of ['/etc', '/tmp', '/var/lib', process.env['PROJECT'] ?? '/nonexistent', '/usr'])
      await edit.write(folder + '/ctdb-hook-try-was-here', 'x').then(() => log(folder + ': written'), () => log(folder + ': not written'));
    await act(['sh', '-c', 'echo 99 >/proc/sys/vm/swappiness || echo not set; setsid sleep 600 >/dev/null 2>&1 &']);
  },`;

test.concurrent(
  'what a plugin writes, sets and starts is gone afterwards, and nothing outside has changed',
  async ({ expect }) => {
    const folder = project(writes);
    const swappiness = readFileSync('/proc/sys/vm/swappiness', 'utf8');
    const { status, said } = await tryIn(folder, ['55.x.ts', 'setup']);
    expect(status, said).toBe(0);
    expect(said).toContain('/etc: written\n');
    expect(said).toContain('/usr: not written\n');
    expect(said).toContain('not set\n');
    for (const place of ['/etc', '/tmp', '/var/lib', '/usr', folder])
      expect(existsSync(join(place, 'ctdb-hook-try-was-here'))).toBe(false);
    expect(readFileSync('/proc/sys/vm/swappiness', 'utf8')).toBe(swappiness);
    expect(readdirSync(folder)).toEqual(['55.x.ts']);
    expect(readdirSync('/run').filter((name) => name.startsWith('ctdb-hook-try'))).toEqual([]);
  },
);

test.concurrent(
  'given events run in their order; one that fails is told at the end, with the author’s own file and line',
  async ({ expect }) => {
    const folder = project("monitor: () => unhealthy('x is down'),\nsetup() {\n  throw new Error('no');\n},");
    const { status, said } = await tryIn(folder, ['55.x.ts', 'setup', 'takeip', 'monitor']);
    expect(eventsIn(said)).toEqual(['setup FAILED', 'takeip eth1 192.0.2.11 24 OK', 'monitor FAILED']);
    expect(said).toContain(`ERROR: Error: no (${folder}/55.x.ts:5)`);
    expect(said).toMatch(
      /\nWhat failed, in \d+\.\d s:\n {2}setup failed at 55\.x: ERROR 1\n {2}monitor failed at 55\.x: ERROR 1$/,
    );
    expect(status).toBe(1);
  },
);

test.concurrent(
  'the client of a plugin with reset "server-end" is told nothing, at the port that the plugin declares',
  async ({ expect }) => {
    // A function of its options says so as well as a value.
    const tcp = "tcp: ({ PORT }) => ({ ports: [PORT], reset: 'server-end' }),";
    const options = 'options: z.object({ PORT: option.wholeNumber(1) }),';
    const folder = project(`${options}\n${tcp}`, { '55.x.options': 'PORT=445\n' });
    const path = join(folder, '55.x.ts');
    writeFileSync(path, `import * as z from 'zod';\n${readFileSync(path, 'utf8')}`);
    const { status, said } = await tryIn(folder, ['55.x.ts', 'takeip', 'releaseip']);
    expect(status, said).toBe(0);
    expect(said).toContain('of 192.0.2.11: connected to port 445, and answered\n');
    expect(said).toContain('of 192.0.2.11: was told nothing within 500 ms\n');
  },
);

test.concurrent(
  'its own files are there, and options beside it; what would not be on a node is refused',
  async ({ expect }) => {
    const folder = project(
      'options: z.object({ X: option.word() }), setup: (_event, { log, options }) => { log(word + options.X); },',
      {
        '55.x.options': 'X=tion\n',
        'parts/word.ts': "export const word: string = 'op';\n",
      },
    );
    const path = join(folder, '55.x.ts');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `import * as z from 'zod';\nimport { word } from './parts/word.js';\n${text}`);
    const { status, said } = await tryIn(folder, ['55.x.ts', 'setup']);
    expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining(' option\n') as string });
    writeFileSync(path, `import { word } from '../word.ts';\n${text}`);
    plant(join(folder, '..'), { 'word.ts': '' });
    expect(await tryIn(folder, ['55.x.ts'])).toEqual({
      status: 1,
      said: `ctdb-hook: try: ${path} imports ../word.ts, which is outside of ${folder}: on a node only files in folders beside the plugin are there`,
    });
  },
);

test.concurrent('a plugin that does not load is told at once, with file and line', async ({ expect }) => {
  const { status, said } = await tryIn(project('monitr() {},'), ['55.x.ts']);
  expect({ status, events: eventsIn(said) }).toEqual({ status: 1, events: [] });
  expect(said).toMatch(/\n {2}55\.x does not load: .*\/55\.x\.ts:3: .*did you mean monitor\?/);
});

test.concurrent('a plugin that loops without end is ended, and the next events run', async ({ expect }) => {
  const folder = project('setup() { for (;;); },');
  const { status, said } = await tryIn(folder, ['55.x.ts', '--timeout', '1', 'setup', 'takeip']);
  expect(eventsIn(said)).toEqual(['setup FAILED', 'takeip eth1 192.0.2.11 24 OK']);
  expect(said).toMatch(/^ {2}ERROR: ctdb-hook run .*killed/m);
  expect(status).toBe(1);
});

test.each([
  [['55.y.ts'], 'there is no file 55.y.ts'],
  [[], 'expected the file of a plugin, such as 55.web.ts'],
  [
    ['x.ts'],
    'x.ts: NN is missing: a plugin is named NN.name.ts, such as 60.nfs.ts, expected NN.name.ts, such as 55.web.ts',
  ],
  [['55.x.ts', 'takeiip'], 'unknown event "takeiip": did you mean takeip?'],
  [['55.x.ts', '--timeout', '0'], '--timeout: expected seconds from 1 to 9999, got "0"'],
] as const)('%j is told: %s', async (words, message) => {
  const folder = project('', { 'x.ts': '' });
  expect(await tryIn(folder, words)).toEqual({ status: 1, said: `ctdb-hook: try: ${message}` });
});

test.concurrent('an ordinary user needs no privilege', async ({ expect }) => {
  const stranger = [...forAnybody(), 'setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  const { status, said } = await tryIn(
    project('monitor: () => healthy,'),
    ['55.x.ts', 'takeip', 'releaseip'],
    ...stranger,
  );
  expect(status, said).toBe(0);
});

test.concurrent(
  'where nobody may make namespaces, it says what refuses and what would help',
  async ({ expect }) => {
    const refuse = 'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "$@"';
    const { status, said } = await tryIn(project(''), ['55.x.ts'], ...after(refuse));
    expect(status).toBe(1);
    expect(said).toContain(
      'ctdb-hook: try: no throwaway node can be made here:\n  no user, network, mount, PID and IPC namespaces: ',
    );
    expect(said).toContain(
      '\n  user.max_user_namespaces is 0: as root, run sysctl user.max_user_namespaces=10000\n',
    );
  },
);

test.concurrent(
  'it needs nothing of CTDB, and no program that a Debian without further packages has not',
  async ({ expect }) => {
    const hide = `
    for directory in /etc/ctdb /usr/share/ctdb /usr/libexec/ctdb /var/lib/ctdb; do
      [ ! -d "$directory" ] || mount -n -t tmpfs tmpfs "$directory"
    done
    for directory in /bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin; do
      for program in ip ss nft iptables ip6tables ethtool tc sysctl rpcinfo pidof ctdb node npm curl python3 perl; do
        [ ! -e "$directory/$program" ] || mount -n --bind /dev/null "$directory/$program"
      done
    done
    exec "$@"`;
    const { status, said } = await tryIn(
      project('monitor: () => healthy,'),
      ['55.x.ts'],
      ...after(hide, '--mount'),
    );
    expect(status, said).toBe(0);
  },
);

test.concurrent.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('interrupted by %s, it ends all that it started and then exits with %i', async (signal, code) => {
  const { child, namespaces } = await startAndHang();
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([code, null]);
  expect(processesIn(namespaces)).toEqual([]);
});

test.concurrent('killed, it takes all that it started along', async ({ expect }) => {
  const { child, namespaces } = await startAndHang();
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect.poll(() => processesIn(namespaces)).toEqual([]);
});

test.concurrent(
  'with --keep the node stays after a failure, and can be entered as it says',
  async ({ expect }) => {
    const folder = project("monitor: () => unhealthy('x is down'),");
    const talker = talkerIn(folder, '--keep', '55.x.ts', 'takeip', 'monitor');
    await talker.says(' sh /run/ctdb-hook-try/enter\n');
    const [, enter = ''] = /^ {2}(nsenter .*)$/m.exec(talker.output) ?? [];
    const input = 'cat public_addresses; cat /proc/net/fib_trie\n';
    const { stdout } = await execa('sh', ['-c', enter], { input, env: { SHELL: '/bin/sh' } });
    expect(stdout).toContain('192.0.2.12/24 eth1,eth2\n');
    expect(stdout).toContain('|-- 192.0.2.11\n');
    process.kill(talker.pid, 'SIGINT');
    expect(await talker.exited).toBe(130);
  },
);

test.concurrent(
  'with --watch it runs again when a file is saved, in whatever way, and ends by Ctrl-C',
  async ({ expect }) => {
    const folder = project("monitor: (_event, { log }) => { log('version 1'); return healthy; },", {
      'parts/x.ts': '',
    });
    const path = join(folder, '55.x.ts');
    const text = readFileSync(path, 'utf8');
    const talker = talkerIn(folder, '--watch', '55.x.ts', 'monitor');
    await talker.says('version 1');
    writeFileSync(path, text.replace('version 1', 'version 2'));
    await talker.says('version 2');
    writeFileSync(`${path}.swp`, `import './parts/x.ts';\n${text.replace('version 1', 'version 3')}`);
    renameSync(`${path}.swp`, path);
    await talker.says('version 3');
    writeFileSync(join(folder, 'parts/x.ts'), "throw new Error('version 4');\n");
    await talker.says('version 4');
    expect(talker.output.match(/^-{80}$/gm)?.length).toBe(3);
    process.kill(talker.pid, 'SIGINT');
    expect(await talker.exited).toBe(0);
  },
);

/** Starts it with a plugin that hangs, and waits until it does. */
async function startAndHang() {
  const folder = project("async setup(_event, { act }) { await act(['sleep', '600']); },");
  const child = spawn(hook, ['try', '55.x.ts', 'takeip', 'setup'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const chunk of child.stdout) if (String(chunk).includes('connected to port')) break;
  child.stdout.resume();
  const namespaces = namespacesBelow(child.pid ?? 0);
  expect(namespaces.size).toBe(2);
  return { child, namespaces };
}
