import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { pluginText } from '../support/hook-node.ts';
import { type Planted, script } from '../support/temporary-directory.ts';
import { found } from './checked.ts';

/** Files of the event directory. */
const events = (files: Readonly<Record<string, Planted | string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, planted]) => [`events/legacy/${name}`, planted]));

const plugin = (members: string): Planted => ({ text: pluginText(members), mode: 0o755 });
const builtin = (name: string): Planted => ({ target: join(packageRoot, 'plugins', name, 'plugin.ts') });

test('names by which a file does not run, although it was most likely meant to', async () => {
  expect(
    await found(
      'entry-names',
      events({
        '70.web.ts': plugin(''),
        '70.web.js': plugin(''),
        '70.web.options': '',
        '71.wbe.options': '',
        'web.script': script('true'),
        '50.x.script~': '',
      }),
    ),
  ).toEqual([
    'events/legacy/50.x.script~: note: does not run: a name with ~ is an editor backup',
    'events/legacy/README: note: does not run: its name does not end in .script, .ts, .mts, .js or .mjs',
    'events/legacy/web.script: warning: does not run: NN is missing: a script is named NN.name.script',
    'events/legacy/70.web.js: warning: does not run: 70.web.ts is the plugin of that name',
    'events/legacy/71.wbe.options: warning: is read by nobody: there is no 71.wbe beside it → did you mean 70.web.options?',
  ]);
});

test('what runs twice, in the place of another, or not at all although it is needed', async () => {
  expect(
    await found('entry-order', {
      public_addresses: '10.1.0.1/24 eth0\n',
      ...events({
        '50.web.ts': plugin(''),
        '50.web.script': script('true'),
        '51.off.ts': { text: '', mode: 0o644 },
        '51.off.script': script('true'),
        '60.nfs.script': script('true'),
        '61.nfs.script': script('true'),
      }),
    }),
  ).toEqual([
    'events/legacy/50.web.ts: note: 50.web runs in the place of 50.web.script',
    'events/legacy/51.off.ts: warning: 51.off is disabled (the owner may not execute it), and so is 51.off.script, in whose place it is',
    'events/legacy/61.nfs.script: warning: 61.nfs runs at each event beside 60.nfs, which has the same name at another place of the order',
    'warning: public_addresses has 1 addresses, and no 10.interface is enabled that puts them on an interface → enable 10.interface, the plugin or CTDB’s script, or see that another entry does that',
  ]);
});

test('links that lead nowhere, in a circle, or elsewhere on the node', async () => {
  const result = await found('links', {
    'a/loop': { target: 'loop2' },
    'a/loop2': { target: 'loop' },
    'a/up': { target: '..' },
    'a/gone': { target: 'missing' },
    'events/legacy/01.reclock.script': { target: '/nonexistent/01.reclock.script' },
  });
  expect(result).toEqual([
    expect.stringMatching(/^a\/gone: error: is a dangling link to a\/missing$/),
    'a/loop: error: leads back to itself',
    'a/loop2: error: leads back to itself',
    'events/legacy/01.reclock.script: note: leads to /nonexistent/01.reclock.script, which is not on this machine',
  ]);
});

describe('what scripts do that CTDB takes otherwise', () => {
  const inScript = (text: string, mode = 0o755) =>
    found('script-habits', events({ '50.x.script': { text, mode } }));

  test('exit statuses', async () => {
    expect(
      await inScript(
        '#!/bin/sh\n# exit 66\n[ -n "$1" ] || exit 66\nexit 64\nexit 174\nexit 3\nexit 100\nexit 255 # exit 72\nexit $x\n',
      ),
    ).toEqual([
      'events/legacy/50.x.script:3: warning: exit 66: CTDB takes the script for disabled, and the event goes on as if it had succeeded → use 0 for success, and 1 for failure',
      'events/legacy/50.x.script:4: warning: exit 64: CTDB takes it for success → use 0 for success, and 1 for failure',
      'events/legacy/50.x.script:5: warning: exit 174: CTDB takes the script for one that timed out → use 0 for success, and 1 for failure',
      'events/legacy/50.x.script:7: warning: exit 100: CTDB takes it for errno 36, and shows -36 → use 0 for success, and 1 for failure',
    ]);
  });

  test('interpreters that there are none of, and line ends', async () => {
    const disabled = (why: string) =>
      `events/legacy/50.x.script:1: error: CTDB shows it as disabled and goes on without it: ${why}`;
    expect(await inScript('#!/bin/sh\r\ntrue\r\n')).toEqual([
      expect.stringContaining(`${disabled('its interpreter is missing')} → its lines end in CRLF`),
    ]);
    expect(await inScript('\ufeff#!/bin/sh\ntrue\n')).toEqual([
      expect.stringContaining(`${disabled('it has no interpreter line (#!)')} → its first line is to be #!`),
    ]);
    expect(await inScript('#!/bin/sh\ntrue\r\n')).toEqual([
      'events/legacy/50.x.script:2: warning: lines end in CRLF: a shell takes CR for a part of the last word → sed -i "s/\\r$//"',
    ]);
    expect(await inScript('exit 66\n', 0o644)).toEqual([]);
  });
});

test('plugins that do not load, with file and line, each in a process of its own', async () => {
  const result = await found(
    'plugin-loads',
    events({
      '10.interface.ts': { target: '/usr/local/lib/node_modules/ctdb-hook/plugins/10.interface/plugin.ts' },
      '50.samba.ts': builtin('50.samba'),
      '60.good.ts': plugin('monitor: () => healthy,'),
      '70.shape.ts': plugin('monitr: () => healthy,'),
      '71.syntax.ts': { text: 'const a = ;\n', mode: 0o755 },
      '72.ends.ts': { text: 'process.exit(0);\n', mode: 0o755 },
      '73.away.ts': { target: '/srv/plugins/73.away.ts' },
      '74.off.ts': { text: 'nonsense', mode: 0o644 },
    }),
  );
  expect(result).toEqual([
    'events/legacy/10.interface.ts: note: is the built-in 10.interface, at /usr/local/lib/node_modules/ctdb-hook/plugins/10.interface/plugin.ts on the node',
    'events/legacy/70.shape.ts:3: error: 70.shape does not load: unknown event or declaration "monitr": did you mean monitor?',
    expect.stringMatching(
      /^events\/legacy\/71\.syntax\.ts:1: error: 71\.syntax does not load: SyntaxError: /,
    ),
    'events/legacy/72.ends.ts: error: 72.ends does not load: the process that loaded it exited with status 0',
    'events/legacy/73.away.ts: note: leads to /srv/plugins/73.away.ts, which is not on this machine: it was not loaded',
  ]);
});

const web = {
  text: pluginText(
    'options: z.object({ WEB_PORT: option.wholeNumber(80), CTDB_WEB_ROOT: option.path() }), monitor: () => healthy,',
  ).replace("'ctdb-hook';", "'ctdb-hook';\nimport * as z from 'zod';"),
  mode: 0o755,
};

test('options that plugins do not take, and those that nobody reads, with the nearest known; no shell is run', async () => {
  const files = {
    functions: ': ${CTDB_NFS_CALLOUT:-}\n',
    'script.options': 'CTDB_NFS_CALOUT=/x\nCTDB_WEB_ROOT=/srv\n CTDB_NOBODY_KNOWS=1\nWEB_PROT=80\nOTHER=1\n',
    'rc.local': {
      text: '#!/bin/sh\ntouch /tmp/ctdb-hook-was-run\nif true; then WEB_PORT=1; fi\n',
      mode: 0o755,
    },
    ...events({ '70.web.ts': web, '70.web.options': 'WEB_PORT=http\nCTDB_WEB_ROT=/srv\n' }),
  };
  expect(await found('plugin-options', files)).toEqual([
    'events/legacy/70.web.options:1: error: WEB_PORT is "http", expected a whole number of at least 0',
    'events/legacy/70.web.options:2: warning: CTDB_WEB_ROT is no option of 70.web: did you mean CTDB_WEB_ROOT?',
    'rc.local: note: is left out: only a shell can read it, and none is run for a directory that is not this node’s',
  ]);
  expect(existsSync('/tmp/ctdb-hook-was-run')).toBe(false);
  expect(await found('option-names', files)).toEqual([
    'script.options:1: warning: CTDB_NFS_CALOUT is read by no plugin and no script → did you mean CTDB_NFS_CALLOUT?',
    'script.options:3: warning: CTDB_NOBODY_KNOWS is read by no plugin and no script',
    'script.options:4: warning: WEB_PROT is read by no plugin and no script → did you mean WEB_PORT?',
  ]);
});

test('types that are wrong, with file, line and column', async () => {
  const result = await found(
    'plugin-types',
    events({
      '70.web.ts': web,
      '71.wrong.ts': plugin(
        'async takeip({ ip }) { const port: number = ip; console.log(port); }, releaseip() {}, ipreallocated() {},',
      ),
      '72.js.js': plugin(''),
    }),
  );
  expect(result).toEqual([
    "events/legacy/71.wrong.ts:3:30: error: Type 'string' is not assignable to type 'number'. (TS2322)",
  ]);
});

test('a file that cannot be read is said, and the others are checked', async () => {
  expect(await found('nodes', { 'nodes/10.0.0.1': '' })).toEqual([
    expect.stringMatching(/^nodes: error: (?:is no regular file|cannot be read)/),
  ]);
  expect(await found('tunables', { 'ctdb.tunables': `# ${'x'.repeat(1024 * 1024)}\n` })).toEqual([
    expect.stringMatching(/^ctdb\.tunables: error: has 10485\d\d bytes, expected 1048576 at most$/),
  ]);
});
