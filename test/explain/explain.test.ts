import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { HookNode, pluginText } from '../support/hook-node.ts';
import { script } from '../support/temporary-directory.ts';
import { treeOf } from '../support/tree-of.ts';

const builtin = (name: string) => ({ target: join(packageRoot, 'plugins', name, 'plugin.ts') });

/** What `explain` says below its two first lines, with the directories of the test left out. */
async function explain(node: HookNode, ...words: string[]): Promise<string> {
  const { status, output } = await node.hook('explain', ...words);
  expect(status, output).toBe(0);
  return output
    .replaceAll(node.events, 'EVENTS')
    .replaceAll(node.base, 'BASE')
    .split('\n')
    .slice(2)
    .join('\n');
}

/** A plugin 70.web with these members. */
const web = (members: string) => ({ '70.web.ts': { text: pluginText(members), mode: 0o755 } });

test('says what would run in which order, and why something does not', async () => {
  const node = new HookNode({
    '00.ctdb.ts': builtin('00.ctdb'),
    '05.system.script': script('exit 1'),
    '06.off.script': { text: '#!/bin/sh\n', mode: 0o644 },
    '07.declared.script': script('# ctdb-hook: events monitor'),
    '50.samba.ts': builtin('50.samba'),
    '60.web.ts': { text: pluginText('monitor: () => healthy,'), mode: 0o755 },
    '61.broken.ts': { text: 'export default 1;\n', mode: 0o755 },
  });
  expect(await explain(node, 'takeip', 'eth0', '10.0.0.1', '24')).toBe(`\
00.ctdb      plugin  would run: succeeds, and changes nothing
    by default CTDB_MAX_CORRUPT_DB_BACKUPS=10
05.system    script  would run
    would run  EVENTS/05.system.script takeip eth0 10.0.0.1 24
    unknown from here (a script is not tried)
06.off       script  not run (because it is disabled: the owner may not execute it)
07.declared  script  not run (because it declares which events it handles, and takeip is none of them)
50.samba     plugin  not run (because it does not handle takeip)
60.web       plugin  not run (because it does not handle takeip)
61.broken    plugin  not run (because it does not load: EVENTS/61.broken.ts:1: the default export is a number, expected definePlugin({ ... }))
`);
});

test('shows each option with the file and line that it comes from, also while it is wrong', async () => {
  const node = new HookNode({
    '70.web.ts': {
      text: pluginText(
        `options: z.object({ WEB_PORT: option.wholeNumber(80), WEB_NAME: option.text('a'), WEB_ROOT: option.path('w'), WEB_LOG: option.text() }),
        startup: () => undefined, setup: () => undefined,`,
      ).replace("'ctdb-hook';", "'ctdb-hook';\nimport * as z from 'zod';"),
      mode: 0o755,
    },
    '70.web.options': '# the web\nWEB_PORT=8080\n',
  });
  node.configure('script.options', 'WEB_NAME="two words"\n');
  const { output } = await node.with({ WEB_LOG: '/log' }).hook('explain', 'startup');
  expect(output.replaceAll(node.base, 'BASE').split('\n').slice(3)).toEqual([
    '    option     WEB_PORT=8080 (BASE/events/legacy/70.web.options:2)',
    '    option     WEB_NAME=two words (BASE/script.options:1)',
    '    option     WEB_LOG=/log (environment)',
    '    by default WEB_ROOT=BASE/w',
    '',
  ]);
  node.configure('events/legacy/70.web.options', 'WEB_PORT=http\n');
  expect(await explain(node, 'startup')).toMatch(
    /^70\.web {2}plugin {2}would run: fails\n {4}says {7}EVENTS\/70\.web\.options:1: WEB_PORT is "http", expected a whole number/,
  );
  expect(await explain(node, 'setup')).toContain(
    '    ERROR: 70.web goes on with defaults for what is wrong in its options\n    option     WEB_NAME=two words (BASE/script.options:1)\n    by default WEB_PORT=80, WEB_ROOT=BASE/w, WEB_LOG unset\n',
  );
});

test('shows what a plugin would change, does none of it, and asks what changes nothing', async () => {
  const node = new HookNode(
    web(`async takeip({ ip }, { act, edit, service, ctdb, files, run, state, log, paths, network }) {
      const { stdout } = await run(['echo', 'asked']);
      log('heard ' + stdout.trim());
      await edit.update(paths.base + '/list', (text) => (text ?? '') + ip + '\\n');
      await edit.makeDirectory(paths.base + '/new/deep');
      log(await files.read(paths.base + '/list'));
      state.seen = [ip];
      await act(['touch', paths.base + '/touched by act', 'a\\'b']);
      await act.background(['touch', paths.base + '/late']);
      await service.restart('web');
      await ctdb.tell(['addtickle'], { input: 'one\\ntwo\\n' });
      await network.flushRoutes();
    },
    releaseip: () => undefined, ipreallocated: () => undefined,`),
  );
  node.configure('list', '10.0.0.9\n');
  await node.hook('list'); // Compiles the plugin, and notes the installation.
  const tree = () => treeOf(node.base).filter((line) => !line.startsWith('var/cache/ctdb-hook/v8'));
  const before = tree();
  expect(await explain(node, 'takeip', 'eth0', '10.0.0.1', '24')).toBe(`\
70.web  plugin  would run: succeeds
    runs       echo asked (exited with status 0)
    would run  write BASE/list
                 + 10.0.0.1
    would run  make directory BASE/new/deep
    would run  touch 'BASE/touched by act' 'a'\\''b'
    would run  touch BASE/late, in the background
    would run  service web restart
    would run  ctdb addtickle
                 < one
                 < two
    would run  sysctl net.ipv4.route.flush=1 net.ipv6.route.flush=1
    would run  remember seen = ["10.0.0.1"]
    says       heard asked
    says       10.0.0.9
    says       10.0.0.1
`);
  expect(tree()).toEqual(before);
});

test('ends at the result of what was not done, and goes on where it can say what is taken for granted', async () => {
  const node = new HookNode({
    ...web(`async startup(_event, { act, run }) {
      const { ok } = await act(['web', 'start']);
      if (ok) await act(['web', 'warm up']);
      const { stdout } = await act(['web', 'version']);
      await act(['web', stdout]);
    },
    async setup(_event, { act, run, log }) {
      await act(['web', 'stop']);
      try {
        await run(['web', 'is-active']);
      } catch (error) {
        log('caught ' + error.message);
      }
      await act(['rm', '-r', '/']);
    },`),
    '80.next.script': script('true'),
  });
  expect(await explain(node, 'startup')).toBe(`\
70.web   plugin  would run: unknown how it ends
    would run  web start
    unknown from here (needs the result of web start); if it succeeds:
    would run  web 'warm up'
    would run  web version
    unknown from here (needs the result of what web version says)
80.next  script  would run
    would run  EVENTS/80.next.script startup
    unknown from here (a script is not tried)
`);
  expect(await explain(node, 'setup')).toContain(`\
    would run  web stop
    unknown from here (needs the result of web is-active, after web stop)
80.next `);
});

test('a plugin that fails whatever is done keeps those after it from running, one that may fail does not', async () => {
  const fails = 'throw new Failure("no disk");';
  const node = new HookNode({
    '60.first.ts': {
      text: pluginText(`startup: () => { ${fails} }, monitor: () => unhealthy('no link'),
      async setup(_event, { act }) { if ((await act(['x'])).ok) ${fails} },`),
      mode: 0o755,
    },
    '70.next.script': script('true'),
  });
  for (const [event, said] of [
    ['startup', 'no disk'],
    ['monitor', 'no link'],
  ] as const)
    expect(await explain(node, event)).toBe(`\
60.first  plugin  would run: fails
    says       ${said}
70.next   script  not run (because 60.first fails before it)
`);
  expect(await explain(node, 'setup')).toBe(`\
60.first  plugin  would run: fails, if all that is taken for granted below is so
    would run  x
    unknown from here (needs the result of x); if it succeeds:
    says       no disk
70.next   script  would run
    would run  EVENTS/70.next.script setup
    unknown from here (a script is not tried)
`);
});

test('a plugin sees the addresses and files that those before it would have changed', async () => {
  const node = new HookNode({
    '10.interface.ts': builtin('10.interface'),
    '70.web.ts': {
      text: pluginText(`async takeip(_event, { addresses, files, log, paths }) {
        log('addresses ' + (await addresses()).map(({ ip }) => ip).join());
        log('list ' + await files.read(paths.scriptVarDir + '/my-public-ip-addresses'));
      }, releaseip: () => undefined, ipreallocated: () => undefined,`),
      mode: 0o755,
    },
  });
  node.configure('public_addresses', '192.0.2.77/24 lo\n');
  const { output } = await node
    .with({ CTDB_HOOK_NETWORK: 'commands' })
    .hook('explain', 'takeip', 'lo', '192.0.2.77', '24');
  const said = output.slice(output.indexOf('10.interface')).replaceAll(node.base, 'BASE');
  expect(said).toContain(`\
    would run  ip link set lo up
    unknown from here (needs the result of ip link set lo up); if it succeeds:
    would run  ip addr add 192.0.2.77/24 brd + dev lo
    unknown from here (needs the result of ip addr add 192.0.2.77/24 brd + dev lo); if it succeeds:
`);
  expect(said).toContain('    says       addresses 192.0.2.77\n    says       list 192.0.2.77\n');
});

test('a plugin is told what changed, and what it remembers, from a copy of the ledger', async () => {
  const node = new HookNode(
    web(`takeip: (_event, { state }) => { state.count = 1; }, releaseip: () => undefined,
    ipreallocated: ({ changes }, { log, state }) => { log(JSON.stringify([changes.taken, state])); delete state.count; },`),
  );
  node.configure('public_addresses', '127.0.0.1/8 lo\n');
  expect((await node.hook('run', 'takeip', 'lo', '127.0.0.1', '8')).status).toBe(0);
  // SQLite writes down in -shm that somebody reads.
  const ledger = () =>
    ['', '-wal'].map((end) => readFileSync(join(node.base, `run/ctdb-hook/ledger.sqlite${end}`), 'base64'));
  const before = ledger();
  for (const _time of [1, 2])
    expect(await explain(node, 'ipreallocated')).toBe(`\
70.web  plugin  would run: succeeds
    would run  forget count
    says       [[{"iface":"lo","ip":"127.0.0.1","maskBits":8}],{"count":1}]
`);
  expect(ledger().join()).toBe(before.join());
});

test('a plugin that could change something beside its context is not tried', async () => {
  const node = new HookNode({
    ...web(`startup() { writeFileSync(process.env.CTDB_BASE + '/written', ''); },`),
    '80.also.ts': {
      text: pluginText(`startup() { touch(); },`).replace(/^/, "import { touch } from './lib/touch.ts';\n"),
      mode: 0o755,
    },
    'lib/touch.ts':
      "import { execFileSync } from 'child_process';\nexport const touch = () => execFileSync('touch', ['/written']);\n",
    '90.path.ts': {
      text: pluginText(`startup(_event, { log }) { log(join('a', 'b')); },`).replace(
        /^/,
        "import { join } from 'node:path';\n",
      ),
      mode: 0o755,
    },
  });
  node.plant({
    '70.web.ts': {
      text: pluginText(`startup() { writeFileSync(process.env.CTDB_BASE + '/written', ''); },`).replace(
        /^/,
        "import { writeFileSync } from 'node:fs';\n",
      ),
      mode: 0o755,
    },
  });
  expect(await explain(node, 'startup')).toBe(`\
70.web   plugin  would run
    unknown from here (a dry run could change something: EVENTS/70.web.ts imports node:fs)
80.also  plugin  would run
    unknown from here (a dry run could change something: EVENTS/lib/touch.ts imports node:child_process)
90.path  plugin  would run: succeeds, and changes nothing
    says       a/b
`);
});

test('nothing is written where nothing was run before: no ledger, no history, no cache but what V8 keeps of the program', async () => {
  const node = new HookNode(
    web(
      'takeip: (_event, { state }) => { state.a = 1; }, releaseip: () => undefined, ipreallocated: () => undefined,',
    ),
  );
  for (const event of [['takeip', 'lo', '127.0.0.1', '8'], ['ipreallocated'], ['monitor']])
    await explain(node, ...event);
  const paths = treeOf(node.base).map((line) => line.split(' ')[0] ?? '');
  expect(paths.filter((path) => !path.startsWith('var/cache/ctdb-hook/v8/'))).toEqual([
    '',
    'events',
    'events/legacy',
    'events/legacy/70.web.ts',
    'run',
    'var',
    'var/cache',
  ]);
});
