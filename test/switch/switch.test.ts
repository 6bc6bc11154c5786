import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { results } from '../../core/eventd-protocol/messages.ts';
import { listen } from '../../core/eventd-protocol/server.ts';
import { starterText } from '../../core/switch/starter.ts';
import { nodeWithoutDpkg, stockEventd, SwitchNode } from '../support/switch-node.ts';
import { plant, script } from '../support/temporary-directory.ts';

/** A node on which systemd runs; what it is told is in `told`. */
function nodeWithSystemd(): SwitchNode {
  const node = new SwitchNode(
    {
      'helpers/ctdb-eventd': stockEventd,
      'stubs/systemctl': script('echo "$*" >>"$CTDB_BASE/told"'),
    },
    (base) => ({ PATH: join(base, 'stubs') }),
  );
  mkdirSync(join(node.base, 'run/systemd/system'), { recursive: true });
  return node;
}

const steps = `Keep CTDB’s own event daemon as BASE/helpers/ctdb-eventd.stock
Put a starter of ${packageRoot}/bin/ctdb-eventd at BASE/helpers/ctdb-eventd
Have systemd prepare each start of ctdb, and take addresses off after each end: BASE/etc/systemd/system/ctdb.service.d/ctdb-hook.conf
Check that BASE/helpers/ctdb-eventd starts
`;
const later = 'It counts from the next start of ctdb on\n';

test('switch on puts a starter of our event daemon in the place of CTDB’s, for every start of ctdb', async () => {
  const node = nodeWithoutDpkg();
  const stock = node.at('helpers/ctdb-eventd');
  expect(await node.hook('switch', 'on')).toMatchObject({ status: 0, output: steps + later });
  expect(node.at('helpers/ctdb-eventd.stock')).toBe(stock);
  const { status, output } = await node.call(node.eventd, '--help');
  expect({ status, output }).toMatchObject({
    status: 0,
    output: expect.stringContaining('Usage: ctdb-eventd') as string,
  });
  const settings = node.at('etc/systemd/system/ctdb.service.d/ctdb-hook.conf').split('\n');
  expect(settings.filter((line) => !line.includes('#'))).toEqual([
    '[Service]',
    `ExecStartPre=-${packageRoot}/bin/ctdb-hook before-start`,
    `ExecStopPost=-${packageRoot}/bin/ctdb-hook after-stop`,
    '',
  ]);
});

test('switch off has everything as it was: file, mode, owner, time, and no directory more', async () => {
  const node = nodeWithoutDpkg();
  chmodSync(node.eventd, 0o751);
  const stock = node.at('helpers/ctdb-eventd');
  await node.hook('switch', 'on');
  expect(await node.hook('switch', 'off')).toMatchObject({
    status: 0,
    output: `Put CTDB’s own event daemon back at BASE/helpers/ctdb-eventd
Remove BASE/etc/systemd/system/ctdb.service.d/ctdb-hook.conf
${later}`,
  });
  expect(node.at('helpers/ctdb-eventd')).toBe(stock);
  expect(readdirSync(node.helpers)).toEqual(['ctdb-eventd']);
  expect(readdirSync(join(node.base, 'etc/systemd/system'))).toEqual([]);
});

test('--dry-run says what would be done, and changes nothing', async () => {
  const node = nodeWithoutDpkg();
  const stock = node.at('helpers/ctdb-eventd');
  expect(await node.hook('switch', 'on', '--dry-run')).toMatchObject({
    status: 0,
    output: steps.replaceAll(/^/gm, 'Would: ').replace(/Would: $/, ''),
  });
  expect(node.at('helpers/ctdb-eventd')).toBe(stock);
  expect(readdirSync(node.helpers)).toEqual(['ctdb-eventd']);
  expect(readdirSync(join(node.base, 'etc/systemd/system'))).toEqual([]);
});

test('what is done already is not done again', async () => {
  const node = nodeWithoutDpkg();
  await node.hook('switch', 'on');
  const starter = node.at('helpers/ctdb-eventd');
  expect((await node.hook('switch', 'on')).output).toBe(
    `Check that BASE/helpers/ctdb-eventd starts\n${later}`,
  );
  expect(node.at('helpers/ctdb-eventd')).toBe(starter);
  await node.hook('switch', 'off');
  expect(await node.hook('switch', 'off')).toMatchObject({
    status: 0,
    output: `Nothing to do: it is so already\n${later}`,
  });
});

test('an update that puts CTDB’s own back is followed by another switch, which keeps what is newer', async () => {
  const node = nodeWithoutDpkg();
  await node.hook('switch', 'on');
  rmSync(node.eventd);
  plant(node.base, { 'helpers/ctdb-eventd': script('echo newer') });
  const newer = node.at('helpers/ctdb-eventd');
  expect((await node.hook('switch', 'on')).output).toContain(
    'Keep CTDB’s own event daemon as BASE/helpers/ctdb-eventd.stock, in place of an older one\n',
  );
  expect(node.at('helpers/ctdb-eventd.stock')).toBe(newer);
  await node.hook('switch', 'off');
  expect(node.at('helpers/ctdb-eventd')).toBe(newer);
});

test('an update that put CTDB’s own back stays when it is switched off', async () => {
  const node = nodeWithoutDpkg();
  await node.hook('switch', 'on');
  rmSync(node.eventd);
  plant(node.base, { 'helpers/ctdb-eventd': script('echo newer') });
  const newer = node.at('helpers/ctdb-eventd');
  expect((await node.hook('switch', 'off')).status).toBe(0);
  expect(node.at('helpers/ctdb-eventd')).toBe(newer);
  expect(readdirSync(node.helpers)).toEqual(['ctdb-eventd']);
});

test('what cannot be looked at is told of before anything is done', async () => {
  const node = nodeWithoutDpkg({ 'etc/systemd/system/ctdb.service.d': 'a file' });
  const stock = node.at('helpers/ctdb-eventd');
  expect(await node.hook('switch', 'on')).toMatchObject({
    status: 1,
    output: "ctdb-hook: ENOTDIR: not a directory, scandir 'BASE/etc/systemd/system/ctdb.service.d'\n",
  });
  expect(node.at('helpers/ctdb-eventd')).toBe(stock);
  expect(readdirSync(node.helpers)).toEqual(['ctdb-eventd']);
});

test('what was left half done is completed, or undone', async () => {
  const node = nodeWithoutDpkg();
  const stock = node.at('helpers/ctdb-eventd');
  await node.hook('switch', 'on');
  rmSync(node.dropIn);
  expect((await node.hook('switch', 'on')).output).toMatch(/^Have systemd prepare .*\nCheck .*\nIt counts/);
  rmSync(node.dropIn);
  await node.hook('switch', 'off');
  expect(node.at('helpers/ctdb-eventd')).toBe(stock);
});

test('the starter runs CTDB’s own event daemon where ours is gone, with its words, and says so', async () => {
  const node = nodeWithoutDpkg();
  const text = starterText(`${node.eventd}.stock`, '/gone/bin/ctdb-eventd');
  plant(node.base, { starter: { text, mode: 0o755 }, 'helpers/ctdb-eventd.stock': stockEventd });
  const { status, output } = await node.call(join(node.base, 'starter'), '-P', '7', '-S', '9');
  // The one on standard error, the other on standard output: which of them is read first is chance.
  expect(output.split('\n').sort()).toEqual([
    '',
    "ctdb-eventd: ctdb-hook is gone (/gone/bin/ctdb-eventd): CTDB's own event daemon runs, plugins do not",
    'stock -P 7 -S 9',
  ]);
  expect(status).toBe(0);
  rmSync(`${node.eventd}.stock`);
  expect(await node.call(join(node.base, 'starter'))).toMatchObject({
    status: 1,
    output: expect.stringMatching(
      /^ctdb-eventd: neither ctdb-hook .* nor CTDB's own .* is there\n$/,
    ) as string,
  });
});

test('systemd is told of the setting, and restarts ctdb only when asked', async () => {
  const node = nodeWithSystemd();
  const told = () => readFileSync(join(node.base, 'told'), 'utf8');
  // Something that answers as CTDB's own event daemon does.
  const server = await listen({
    path: join(node.base, 'run/eventd.socket'),
    handle: () => Promise.resolve({ command: 'STATUS', result: results.missing, status: null }),
    report: () => undefined,
  });
  onTestFinished(() => server.close());
  expect((await node.hook('switch', 'on')).output).toBe(
    `${steps}Not done: a restart of ctdb, from which on it counts: systemctl restart ctdb\n`,
  );
  expect(told()).toBe('daemon-reload\n');
  expect((await node.hook('list')).output).toContain('; it is switched to ctdb-hook’s: restart ctdb\n');
  expect((await node.hook('switch', 'on', '--restart')).output).toMatch(/\nRestart ctdb\n$/);
  expect(told()).toBe('daemon-reload\nrestart ctdb\n');
  // Its own runs already.
  expect((await node.hook('switch', 'off', '--restart')).output).toMatch(/ctdb-hook.conf\n$/);
  expect(told()).toBe('daemon-reload\nrestart ctdb\ndaemon-reload\n');
});

test('a step that fails has those before undone, and says what may be left', async () => {
  const node = nodeWithSystemd();
  rmSync(join(node.base, 'stubs/systemctl'));
  plant(node.base, { 'stubs/systemctl': script('echo "Access denied" >&2; exit 4') });
  const stock = node.at('helpers/ctdb-eventd');
  const { status, output } = await node.hook('switch', 'on');
  expect(output).toContain(
    'systemctl daemon-reload exited with status 4: Access denied. NOT undone: Have systemd prepare',
  );
  expect(status).toBe(1);
  expect(node.at('helpers/ctdb-eventd')).toBe(stock);
  expect(readdirSync(join(node.base, 'etc/systemd/system'))).toEqual([]);
});

test('a setting of that name that is an administrator’s own stays, and is told of', async () => {
  const node = nodeWithoutDpkg({ 'etc/systemd/system/ctdb.service.d/ctdb-hook.conf': '[Service]\nNice=1\n' });
  const own = node.at('etc/systemd/system/ctdb.service.d/ctdb-hook.conf');
  const { status, output } = await node.hook('switch', 'on');
  expect(output).toContain('WARNING: An update of CTDB will put its own event daemon back, until');
  expect(status).toBe(0);
  await node.hook('switch', 'off');
  expect(node.at('etc/systemd/system/ctdb.service.d/ctdb-hook.conf')).toBe(own);
});

test('CTDB_EVENTD where it is set is told of, and keeps switch off from succeeding', async () => {
  const node = nodeWithoutDpkg({
    'etc/sysconfig/ctdb': '# CTDB_EVENTD=no\n\nCTDB_EVENTD=/opt/eventd\n',
    'etc/systemd/system/ctdb.service.d/mine.conf': '[Service]\nEnvironment="A=1" CTDB_EVENTD=/opt/eventd\n',
  });
  const warning = (place: string) =>
    `WARNING: BASE/${place} sets CTDB_EVENTD: CTDB up to 4.24 starts what it names, whatever is switched here; remove it\n`;
  const both = warning('etc/systemd/system/ctdb.service.d/mine.conf:2') + warning('etc/sysconfig/ctdb:3');
  const on = await node.hook('switch', 'on');
  expect(on.output).toContain(both);
  expect(on.status).toBe(0);
  const off = await node.hook('switch', 'off');
  expect(off.output).toContain(both);
  expect(off.status).toBe(1);
});

test.each([
  ['README', '[Service]\nEnvironment=CTDB_EVENTD=/usr/local/bin/ctdb-eventd\n'],
  [
    'ctdb-hook',
    '# Put here by "ctdb-hook switch on", as it was.\n[Service]\nExecStartPre=-/gone switch on\n',
  ],
])('the setting of an earlier %s is replaced, and removed', async (_whose, earlier) => {
  const node = nodeWithoutDpkg({ 'etc/systemd/system/ctdb.service.d/ctdb-hook.conf': earlier });
  expect((await node.hook('switch', 'on')).output).toBe(steps + later);
  expect(readFileSync(node.dropIn, 'utf8')).toContain('/bin/ctdb-hook before-start\n');
  rmSync(node.dropIn);
  writeFileSync(node.dropIn, earlier);
  expect((await node.hook('switch', 'off')).status).toBe(0);
  expect(readdirSync(join(node.base, 'etc/systemd/system'))).toEqual([]);
});

test('without CTDB nothing is put anywhere', async () => {
  const node = new SwitchNode({}, () => ({ PATH: '/nonexistent' }));
  expect(await node.hook('switch', 'on')).toMatchObject({
    status: 1,
    output:
      "ctdb-hook: there is no BASE/helpers/ctdb-eventd: expected CTDB's event daemon in BASE/helpers, is ctdb installed?\n",
  });
  expect(readdirSync(node.helpers)).toEqual([]);
});

test.each([
  [['switch'], 'switch: expected ctdb-hook switch on, or off'],
  [['switch', 'of'], 'switch: expected ctdb-hook switch on, or off'],
  [['switch', 'on', '--now'], 'switch: unknown option "--now"'],
  [['before-start', 'now'], 'before-start: expected no words, got "now"'],
  [['after-stop', 'now'], 'after-stop: expected no words, got "now"'],
  [['script', 'link'], 'script: expected ctdb-hook script link, disable or restore, and NN.name ...'],
  [['script', 'remove', '10.x'], 'script: expected ctdb-hook script link, disable or restore'],
  [['script', 'link', 'x'], '"x" is no script: expected NN.name, such as 10.interface'],
  [['script', 'link', '../10.x'], '"../10.x" is no script: expected NN.name'],
  [['script', 'disable', '10.x.script'], '"10.x.script" is no script: expected NN.name'],
  [['script', 'link', '10.x'], 'there is no plugin 10.x.ts in BASE/events/legacy, nor a built-in 10.x'],
])('%j is refused', async (words, message) => {
  const { status, output } = await nodeWithoutDpkg().hook(...words);
  expect(output).toContain(message);
  expect(output).not.toContain('    at ');
  expect(status).toBe(1);
});

test('a script is replaced by a link, or has to stay away, and comes back as it was', async () => {
  const node = nodeWithoutDpkg({
    'events/legacy/10.interface.script': { target: '/usr/share/ctdb/events/legacy/10.interface.script' },
    'events/legacy/05.own.script': { text: '#!/bin/sh\n', mode: 0o754 },
  });
  const before = ['10.interface', '05.own'].map((name) => node.at(`events/legacy/${name}.script`));
  await node.hook('script', 'link', '10.interface', '50.samba');
  await node.hook('script', 'disable', '05.own');
  expect(readdirSync(node.events).sort()).toEqual([
    '05.own.script.stock',
    '10.interface.script',
    '10.interface.script.stock',
    '50.samba.script',
  ]);
  expect(node.at('events/legacy/10.interface.script')).toBe(`link to ${node.base}/ctdb-hook/bin/ctdb-hook`);
  expect(node.at('ctdb-hook/bin/ctdb-hook')).toContain(`hook='${packageRoot}/bin/ctdb-hook'\n`);
  expect((await node.hook('list')).output).toContain(
    '05.own.script.stock: CTDB’s own, which ctdb-hook script restore puts back\n',
  );
  const { status } = await node.hook('script', 'restore', '10.interface', '50.samba', '05.own');
  expect(status).toBe(0);
  expect(['10.interface', '05.own'].map((name) => node.at(`events/legacy/${name}.script`))).toEqual(before);
  expect(readdirSync(node.events).sort()).toEqual(['05.own.script', '10.interface.script']);
});

test('a link that was made before, into the package, leads to the starter when script link is given again', async () => {
  const node = nodeWithoutDpkg({
    'events/legacy/10.interface.script': { target: join(packageRoot, 'bin/ctdb-hook') },
  });
  expect((await node.hook('script', 'link', '10.interface')).status).toBe(0);
  expect(node.at('events/legacy/10.interface.script')).toBe(`link to ${node.base}/ctdb-hook/bin/ctdb-hook`);
  expect(readdirSync(node.events)).toEqual(['10.interface.script']);
});
