import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { askInstallation } from '../../core/ctdb-installation/ask-installation.ts';
import { findHelperDirectories } from '../../core/ctdb-installation/helper-directories.ts';
import type { Installation } from '../../core/ctdb-installation/installed-places.ts';
import { packageRoot } from '../../core/package/package-root.ts';
import { installStandIn, pathsOf425, type StandInPrograms } from '../support/stand-in-ctdb.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

/** What is asked of a CTDB that is installed like this. */
function ask(programs?: StandInPrograms): Installation & { readonly prefix: string } {
  const { helperDir, prefix } = installStandIn(programs);
  const [directory] = findHelperDirectories([helperDir]);
  if (directory === undefined) throw new Error(`no helper directory: ${helperDir}`);
  return { ...askInstallation(directory), prefix };
}

test('a CTDB says where its files are, those of 4.25 in three directories', () => {
  expect(ask()).toMatchObject({
    release: '4.25.1-Debian',
    base: '/etc/ctdb',
    varDir: '/var/lib/ctdb',
    eventdSocket: '/run/samba/ctdb/eventd.socket',
    eventdPidFile: '/run/samba/ctdb/eventd.pid',
    ctdbdSocket: '/run/ctdb/ctdbd.socket',
    ctdbdPidFile: '/run/samba/ctdb/ctdbd.pid',
    obeysCtdbSocket: false,
    problems: [],
  });
});

test('whether CTDB_SOCKET moves the socket is tried, and the answers are those of the installation', () => {
  const own =
    'echo "${CTDB_BASE-none}${CTDB_TEST_MODE-none}" >&2; [ -z "$CTDB_TEST_MODE$CTDB_BASE" ] || exit 1';
  const moving = '[ "$*" = "socket ctdbd" ] && [ -n "$CTDB_SOCKET" ] && { echo "$CTDB_SOCKET"; exit; }';
  expect(ask({ 'ctdb-path': `${own}\n${moving}\n${pathsOf425}` })).toMatchObject({
    ctdbdSocket: '/run/ctdb/ctdbd.socket',
    obeysCtdbSocket: true,
    problems: [],
  });
});

test('without ctdb-path the places are assumed, and said', () => {
  const { problems, prefix, ...found } = ask({ 'ctdb-path': null, ctdb: 'echo 4.17.12-Debian' });
  expect(found).toMatchObject({
    base: '/etc/ctdb',
    varDir: '/var/lib/ctdb',
    ctdbdSocket: expect.stringMatching(/^\/run\//) as string,
  });
  expect(problems).toEqual([
    `${prefix}/libexec/ctdb/ctdb-path is missing: ${found.eventdSocket}, ${found.eventdPidFile}, ${found.ctdbdSocket}, /etc/ctdb, /var/lib/ctdb are assumed`,
  ]);
});

test('a CTDB that is older than ctdb-path needs none', () => {
  expect(ask({ 'ctdb-path': null, ctdb: 'echo 4.8.3' })).toMatchObject({ release: '4.8.3', problems: [] });
});

test.each([
  [
    'fails',
    'echo "cannot open shared object" >&2; exit 127',
    'ended with status 127: "cannot open shared object"',
  ],
  ['fails without a word', 'exit 3', 'ended with status 3'],
  ['is killed', 'kill -SEGV $$', 'was ended by SIGSEGV'],
  ['says nothing', ':', 'says "", expected one line'],
  ['says two lines', 'echo /a; echo /b', String.raw`says "/a\n/b\n", expected one line`],
  ['says a relative path', 'echo run/x', 'says "run/x", expected an absolute path'],
  [
    'says control characters',
    String.raw`printf '/a\033[2J\n'`,
    String.raw`says "/a\u001b[2J", expected an absolute path`,
  ],
  ['says 5000 bytes', `printf '/%05000d' 1`, `says "/${'0'.repeat(199)}", expected an absolute path`],
  [
    'says a megabyte',
    `head -c 1048576 /dev/zero | tr '\\0' x`,
    'says more than 65536 bytes, expected one line',
  ],
])('where ctdb-path %s each place is assumed, and what was asked and came is said', (_how, body, what) => {
  const { problems, prefix, ...found } = ask({ 'ctdb-path': body });
  const asked = `${prefix}/libexec/ctdb/ctdb-path`;
  expect(problems).toEqual([
    `${asked} etcdir ${what}: /etc/ctdb is assumed`,
    `${asked} vardir ${what}: /var/lib/ctdb is assumed`,
    `${asked} socket eventd ${what}: ${found.eventdSocket} is assumed`,
    `${asked} pidfile eventd ${what}: ${found.eventdPidFile} is assumed`,
    `${asked} socket ctdbd ${what}: ${found.ctdbdSocket} is assumed`,
    `${asked} pidfile ctdbd ${what}: ${found.ctdbdPidFile} is assumed`,
  ]);
});

test('a ctdb-path that cannot be started is one that fails', () => {
  const { helperDir } = installStandIn();
  chmodSync(join(helperDir, 'ctdb-path'), 0o644);
  const [directory] = findHelperDirectories([helperDir]);
  const { problems } = askInstallation(directory ?? { path: '', prefix: undefined });
  expect(problems[0]).toMatch(/ctdb-path etcdir cannot be started: .*EACCES: \/etc\/ctdb is assumed$/);
});

test('after a ctdb-path that hangs nothing more is asked: an event may be waiting', () => {
  const beganMs = performance.now();
  const { problems } = ask({ 'ctdb-path': 'exec sleep 60' });
  expect(performance.now() - beganMs).toBeLessThan(20_000);
  expect(problems[0]).toContain('etcdir did not answer within 2 seconds: /etc/ctdb is assumed');
  expect(problems.slice(1)).toHaveLength(5);
  for (const problem of problems.slice(1)) expect(problem).toMatch(/ was not asked: \/\S+ is assumed$/);
});

test.each([
  ['4.26.0', ['CTDB 4.26.0 is newer than all that this was tried with: it is taken to behave as 4.25']],
  ['5.0.1', ['CTDB 5.0.1 is newer than all that this was tried with: it is taken to behave as 4.25']],
  ['4.25.9', []],
])('of release %s is said: %j', (release, problems) => {
  expect(ask({ ctdb: `echo ${release}` })).toMatchObject({ release, problems });
});

test('a release that cannot be found out counts as the newest known, and this is said', () => {
  const { release, problems, prefix } = ask({ ctdb: 'echo unknown' });
  expect(release).toBe('4.25');
  expect(problems).toEqual([
    `${prefix}/bin/ctdb version says "unknown", expected a release such as 4.22.0: the release is taken to be 4.25`,
  ]);
});

/** What a process of its own finds, with a cache in this directory. */
function find(cacheBase: string, ...words: readonly string[]): Installation {
  mkdirSync(join(cacheBase, 'var/cache'), { recursive: true });
  const program = join(packageRoot, 'test/ctdb-installation/print-installation.ts');
  const env = { PATH: process.env['PATH'], CTDB_TEST_MODE: '1', CTDB_BASE: cacheBase };
  return JSON.parse(
    execFileSync(process.execPath, [program, ...words], { env, encoding: 'utf8' }),
  ) as Installation;
}

const countOf = (calls: string): number =>
  existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').length - 1 : 0;

test('of two CTDBs the first is taken, and both are named', () => {
  const [one, two] = [installStandIn(), installStandIn({ ctdb: 'echo 4.17.12' })];
  const found = find(temporaryDirectory(), '-', one.helperDir, two.helperDir);
  expect(found).toMatchObject({ helperDir: one.helperDir, release: '4.25.1-Debian' });
  expect(found.problems).toEqual([
    `2 CTDBs are installed, with helpers in ${one.helperDir} and ${two.helperDir}: ${one.helperDir} is taken, since it comes first; CTDB_HELPER_BINDIR chooses another`,
  ]);
});

test('of two CTDBs the one is taken that CTDB_HELPER_BINDIR names', () => {
  const [one, two] = [installStandIn(), installStandIn()];
  const found = find(temporaryDirectory(), two.helperDir, one.helperDir, two.helperDir);
  expect(found.helperDir).toBe(two.helperDir);
  expect(found.problems[0]).toMatch(/ is taken, since CTDB_HELPER_BINDIR says so$/);
});

test('of two CTDBs the one is taken that started this process, whatever comes first', () => {
  const [one, two] = [installStandIn(), installStandIn()];
  // A program of its own, as ctdbd is: what runs a script is the shell.
  const shell = join(two.prefix, 'sbin/ctdbd');
  writeFileSync(shell, readFileSync('/bin/sh'), { mode: 0o755 });
  const base = temporaryDirectory();
  mkdirSync(join(base, 'var/cache'), { recursive: true });
  const program = `'${process.execPath}' '${join(packageRoot, 'test/ctdb-installation/print-installation.ts')}'`;
  const env = { PATH: process.env['PATH'], CTDB_TEST_MODE: '1', CTDB_BASE: base };
  const said = execFileSync(shell, ['-c', `${program} - '${one.helperDir}' '${two.helperDir}'; exit $?`], {
    env,
    encoding: 'utf8',
  });
  const found = JSON.parse(said) as Installation;
  expect(found.helperDir).toBe(two.helperDir);
  expect(found.problems[0]).toMatch(/ is taken, since it is the one that started this process$/);
});

test('one helper directory under two names is one CTDB', () => {
  const { helperDir, prefix } = installStandIn();
  symlinkSync('libexec', join(prefix, 'lib'));
  const found = find(temporaryDirectory(), '-', helperDir, join(prefix, 'lib/ctdb'));
  expect(found).toMatchObject({ helperDir, problems: [] });
});

test('without a CTDB what is usual is assumed, and said', () => {
  const empty = temporaryDirectory();
  const found = find(temporaryDirectory(), '-', join(empty, 'a'), empty);
  expect(found).toMatchObject({ base: '/etc/ctdb', release: '4.25' });
  expect(found.problems).toEqual([
    `No CTDB is installed: looked for its helper programs in ${empty}/a, ${empty}`,
  ]);
});

/** Files as old as those of a package: what was changed just now may change again and look the same. */
const settle = (): Promise<void> => delay(150);

test('what was answered is asked again only when a program has changed', async () => {
  const { helperDir, calls, prefix } = installStandIn();
  const base = temporaryDirectory();
  await settle();
  const first = find(base, '-', helperDir);
  const asked = countOf(calls);
  expect(asked).toBeGreaterThan(6);
  expect(find(base, '-', helperDir)).toEqual(first);
  expect(countOf(calls)).toBe(asked);
  plant(prefix, { 'bin/ctdb': script('echo 4.24.3') });
  await settle();
  expect(find(base, '-', helperDir).release).toBe('4.24.3');
  expect(countOf(calls)).toBeGreaterThan(asked);
});

test('a note that somebody else could have written, or that was cut short, is not believed', async () => {
  const { helperDir, calls } = installStandIn();
  const base = temporaryDirectory();
  await settle();
  find(base, '-', helperDir);
  const cache = join(base, 'var/cache/ctdb-hook');
  const note = join(cache, readdirSync(cache).find((name) => name.startsWith('ctdb-')) ?? '');
  const text = readFileSync(note, 'utf8');
  writeFileSync(note, text.slice(0, 100));
  let asked = countOf(calls);
  expect(find(base, '-', helperDir).problems).toEqual([]);
  expect(countOf(calls)).toBeGreaterThan(asked);
  writeFileSync(note, text.replaceAll('/run/samba/ctdb', '/run/elsewhere'));
  expect(find(base, '-', helperDir).eventdSocket).toBe('/run/elsewhere/eventd.socket'); // It is read, then.
  chmodSync(cache, 0o777);
  asked = countOf(calls);
  expect(find(base, '-', helperDir).eventdSocket).toBe('/run/samba/ctdb/eventd.socket');
  expect(countOf(calls)).toBeGreaterThan(asked);
});

test('what hung is not waited for again at the next event, and asked again after a minute', async () => {
  const { helperDir, calls } = installStandIn({ 'ctdb-path': 'exec sleep 60' });
  const base = temporaryDirectory();
  await settle();
  const first = find(base, '-', helperDir);
  expect(first.problems).toHaveLength(6);
  const asked = countOf(calls);
  expect(find(base, '-', helperDir)).toEqual(first);
  expect(countOf(calls)).toBe(asked);
  const cache = join(base, 'var/cache/ctdb-hook');
  const note = join(cache, readdirSync(cache).find((name) => name.startsWith('ctdb-')) ?? '');
  const written = JSON.parse(readFileSync(note, 'utf8')) as { notedAtMs: number };
  writeFileSync(note, JSON.stringify({ ...written, notedAtMs: written.notedAtMs - 61_000 }));
  find(base, '-', helperDir);
  expect(countOf(calls)).toBeGreaterThan(asked);
});
