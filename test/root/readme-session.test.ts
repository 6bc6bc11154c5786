import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package-root.ts';
import { codeBlocks } from '../docs/readme.ts';
import { installTimeoutMs, packRelease, sharedDirectory, strangersEnvironment } from '../support/release.ts';
import { plant, script } from '../support/temporary-directory.ts';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The scripts that a text calls: `npm start`, `npm test`, `npm run NAME`. */
const calledIn = (text: string): string[] =>
  [...text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)].map(([, run, own = '']) => run ?? own);

const [twoCommands = '', ...session] = codeBlocks('sh');

describe('npm', () => {
  test('the README’s two commands are the demo and what CI runs', () => {
    expect(calledIn(twoCommands)).toEqual(['start', 'test:all']);
    expect(scripts['start']).toMatch(/^sh \.config\/ready && \w+ test\/demo\/demo\.ts$/);
    expect(read('.ci/run')).toContain('\nnpm run test:all\n');
  });

  test.each(['README.md', 'CONTRIBUTING.md'])('has every script that %s names', (document) => {
    const called = calledIn(read(document));
    expect(called.length).toBeGreaterThan(2);
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the README’s other commands, one after the other on a node with CTDB', () => {
  const directory = sharedDirectory();
  let said: readonly string[] = [];
  let left = '';

  beforeAll(async () => {
    [left = '', ...said] = await runSession(directory, session);
  }, installTimeoutMs);

  test('install ctdb-hook and the plugin, which its link runs, silent when all is well', () => {
    expect(said[0]).toMatch(/^\nadded \d+ packages in \w+\n$/);
  });

  test('replace a script of CTDB’s, show so, and run all in their order', () => {
    const columns = [
      ...(said[1] ?? '').matchAll(/^ {2}(\d\d\.\w+) +(script|plugin) (?: +\d+ ms)? +(\w+)$/gm),
    ];
    expect(columns.map(([, ...words]) => words.join(' '))).toEqual([
      ...inOrder('enabled'), // ctdb-hook list
      ...inOrder('OK'), // ctdb-hook run monitor --timeline
    ]);
    expect(said[1]).toMatch(/^\/etc\/ctdb\/events\/legacy \(convention legacy\)\n/);
    expect(said[1]).toMatch(/^monitor\n(?: .*\n)+? {2}\d+ ms in all: OK\n$/m);
    expect(readFileSync(join(directory, 'pidof-calls'), 'utf8')).toBe('nginx\nnginx\n');
  });

  test('and switch back', () => {
    expect(said[2]).toBe('');
    expect(left.split('\n')).toEqual([
      '/usr/share/ctdb/events/legacy/10.interface.script',
      '70.web.ts',
      '700 root /var/cache/ctdb-hook',
      '',
    ]);
  });
});

/** The entries of Debian's CTDB with the README's plugin, each in this state. */
const inOrder = (state: string): string[] =>
  ['00.ctdb script', '01.reclock script', '05.system script', '10.interface plugin', '70.web plugin'].map(
    (entry) => `${entry} ${state}`,
  );

/**
 * Runs blocks of commands as one session of a shell of root's, in a directory with the tarball, on a node of its own:
 * this machine's CTDB, and what is kept of it below /run and /var, are covered. The README's plugin is at its place.
 *
 * @returns what is left in the end, and what each block said
 */
async function runSession(directory: string, blocks: readonly string[]): Promise<string[]> {
  await packRelease(directory);
  const prefix = join(directory, 'prefix');
  plant(directory, {
    'etc/events/legacy/70.web.ts': codeBlocks('ts')[0] ?? '',
    'bin/pidof': script(`echo "$*" >>${directory}/pidof-calls; [ "$1" = nginx ]`),
    'bin/service': script(''),
  });
  const marked = blocks.map((block, index) => `echo "== block ${index}"\n${block}`);
  const all = [cover, ...marked, 'echo "== left"', whatIsLeft].join('\n');
  const env = strangersEnvironment();
  const { stdout } = await execa('unshare', ['--mount', 'sh', '-eu', '-c', all, 'sh', directory], {
    cwd: directory,
    env: {
      ...env,
      PATH: `${directory}/bin:${prefix}/bin:${env['PATH'] ?? ''}`,
      npm_config_prefix: prefix,
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
    },
    extendEnv: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    timeout: installTimeoutMs,
  });
  const [, ...said] = stdout.split(/^== .*\n/m);
  return [said.at(-1) ?? '', ...said.slice(0, -1)];
}

const cover = `
for place in /run /var/cache /var/lib/ctdb; do mount -t tmpfs tmpfs $place; done
mkdir /var/lib/ctdb/volatile /var/lib/ctdb/persistent /var/lib/ctdb/state
cp -an /etc/ctdb/. "$1/etc"
mount --bind "$1/etc" /etc/ctdb`;

const whatIsLeft = `
readlink /etc/ctdb/events/legacy/10.interface.script
ls /etc/ctdb/events/legacy | grep '^70'
stat -c '%a %U %n' /var/cache/ctdb-hook`;
