import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { allCodeBlocks, codeBlocks } from '../docs/readme.ts';
import { installTimeoutMs, strangersEnvironment } from '../support/release.ts';
import { plant, script } from '../support/temporary-directory.ts';
import { pauseAt } from './pause-at.ts';

const document = 'plugins/README.md';

/** The files that the page has its reader write, in its order. */
const names = ['70.web.ts', '70.web.test.ts', 'backup/find-backup.ts', '75.backup.ts'];

const [install = '', setUp = '', next = '', from = '', runTests = '', tryIt = '', byHand = '', debug = ''] =
  codeBlocks('sh', document);

/** Does what plugins/README.md says, from an empty folder in a directory that has the tarball. */
export const describeAuthorSession = (directory: string): void => {
  describe('plugins/README.md, from an empty folder', () => {
    const folder = join(directory, 'web');
    const said = { setUp: '', next: '' };

    beforeAll(async () => {
      mkdirSync(join(directory, 'stand-ins'));
      plant(join(directory, 'stand-ins'), { pidof: script('[ "$1" = nginx ] || [ "$1" = web ]') });
      await shell(directory, install);
      said.setUp = await shell(directory, setUp);
      said.next = await shell(folder, fromThisCheckout(next));
      const texts = codeBlocks('ts', document);
      plant(folder, Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])));
    }, installTimeoutMs);

    test('has no command and no file but those that are tried here, and what simulate has', () => {
      const languages = allCodeBlocks(document).map(({ language }) => language);
      expect(languages.filter((language) => language === 'sh')).toHaveLength(9);
      expect(languages.filter((language) => language === 'ts')).toHaveLength(names.length);
      expect(languages.filter((language) => !['sh', 'ts'].includes(language))).toEqual([
        'text',
        'js',
        'text',
      ]);
    });

    test('ctdb-hook new prints the commands that the page has, and they succeed as they stand', () => {
      expect(said.setUp).toBe(next);
      expect(said.next).toMatch(/^All of it succeeded: /m);
      expect(said.next.match(/^(?:ℹ|#) fail 0$/gm)).toHaveLength(2);
    });

    test('it proposes a plugin for a script of the installed CTDB', async () => {
      expect(await shell(folder, from)).toBe(next.replace('70.web', '40.vsftpd'));
      expect(await shell(folder, 'rm 40.vsftpd.*')).toBe('');
    });

    test('the plugins of the page compile, and the tests of one pass, with the contract of every plugin', async () => {
      expect(await shell(folder, runTests)).toMatch(/^(?:ℹ|#) pass 10\n(?:ℹ|#) fail 0$/m);
    });

    test('the plugin of the page is tried, and a client is told that its address has gone', async () => {
      expect(await shell(folder, tryIt)).toMatch(
        /connected to port 80, and answered\n[^]*was told: ECONNRESET\n/,
      );
    });

    test('an event is raised by hand, with how long it took', async () => {
      expect(await shell(folder, byHand)).toMatch(
        /^monitor\n {2}70\.web +plugin +\d+ ms {2}OK\n {2}\d+ ms in all: OK\n$/m,
      );
    });

    test('a debugger stops in the plugin’s file, at a line of its source', async () => {
      const [text = ''] = codeBlocks('ts', document);
      const line = text.split('\n').findIndex((each) => each.includes("'pidof'"));
      // A port that is free in the place of the usual one.
      const onAnyPort = debug.replace('--inspect-brk', '--inspect-brk=127.0.0.1:0');
      const node = { CTDB_TEST_MODE: '1', CTDB_BASE: join(folder, 'node') };
      const child = spawn('sh', ['-ec', `exec 2>&1; ${onAnyPort}`], {
        cwd: folder,
        env: { ...environment(), ...node },
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: installTimeoutMs,
      });
      const exit = once(child, 'exit');
      const stopped = Promise.withResolvers<string>();
      createInterface(child.stdout).on('line', (said) => {
        const url = /^Debugger listening on (ws:.*)$/.exec(said)?.[1];
        if (url !== undefined) pauseAt(url, '70.web.ts', line).then(stopped.resolve, stopped.reject);
      });
      expect(await stopped.promise).toMatch(new RegExp(`/node/events/legacy/70\\.web\\.ts:${line}$`));
      expect(await exit).toEqual([0, null]);
    });

    function environment(): NodeJS.ProcessEnv {
      const env = strangersEnvironment();
      return {
        ...env,
        PATH: `${directory}/stand-ins:${directory}/global/bin:${env['PATH'] ?? ''}`,
        npm_config_prefix: `${directory}/global`,
        npm_config_prefer_offline: 'true',
      };
    }

    /** Runs commands as a session of an author, and returns both streams. @throws Error if one fails. */
    async function shell(cwd: string, commands: string): Promise<string> {
      const { stdout } = await execa('sh', ['-euc', `exec 2>&1\n${commands}`], {
        cwd,
        env: environment(),
        extendEnv: false,
        stdin: 'ignore',
        stripFinalNewline: false,
        timeout: installTimeoutMs,
      });
      return stdout;
    }
  });
};

/** What the author has from npm is here already, in the version of this checkout; a registry is not asked. */
const fromThisCheckout = (commands: string): string =>
  commands.replace(
    'npm install &&',
    `npm install --no-save ${['typescript', '@types/node'].map((name) => join(packageRoot, 'node_modules', name)).join(' ')} &&`,
  );
