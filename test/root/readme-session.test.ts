import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageVersion } from '../../core/package/package-version.ts';
import { codeBlocks, readme } from '../docs/readme.ts';
import {
  installInProject,
  installTimeoutMs,
  nextVersion,
  packNextRelease,
  packRelease,
  sharedDirectory,
  strangersEnvironment,
} from '../support/release.ts';
import { publicAddress, ReadmeNode, stockScripts } from './readme-node.ts';

/** What installs from a package or a tarball is tried by package-session.test.ts. */
const isOfPackage = (block: string): boolean => /^dpkg |\/opt\/|\.tar\.xz|^ctdb-hook install/m.test(block);

/** Of what installs, switches and removes it; what comes after that has tests of its own. */
const [firstSections = ''] = readme('bin/README.md').split('\n## How it is');

const session = codeBlocks('sh', 'bin/README.md').filter(
  (block) => firstSections.includes(block) && !isOfPackage(block),
);

describe('the commands of bin/README.md on a node of a real cluster', () => {
  const directory = sharedDirectory();
  let node: ReadmeNode | undefined;
  let said: Awaited<ReturnType<typeof runSession>>;

  beforeAll(async () => {
    node = await ReadmeNode.start();
    said = await runSession(node, directory);
  }, sessionTimeoutMs);

  afterAll(() => node?.stop());

  test('are these, and each is run', () => {
    expect(session.map((block) => block.split('\n')[0]?.split(' ').slice(0, 2).join(' '))).toEqual([
      'ctdb event',
      'ctdb-hook switch',
      'npm install',
      'ctdb-hook switch',
      'npm install',
      'ctdb-hook uninstall',
      'ctdb-hook reconcile',
      'cd /etc/ctdb/events/legacy',
      'ctdb-hook script',
    ]);
  });

  test('install ctdb-hook and enable plugins', () => {
    expect(said.install).toMatch(/^added \d+ packages in \w+$/m);
  });

  test('show that CTDB’s own event daemon runs as long as ctdb is not restarted', () => {
    expect(said.listBefore).toMatch(/^Event daemon: CTDB’s own: .*\n/);
    expect(said.listBefore).toMatch(/\nended with 2\n$/);
  });

  test('show that our event daemon runs, and what runs in the place of what', () => {
    expect(said.status).toMatch(
      /^Event daemon: ctdb-hook \S+, process \d+, since \S+\n\/etc\/ctdb\/events\/legacy \(convention legacy\)\n(?: {2}.*\n)+$/m,
    );
    expect(rows(said.status.replace(/^[^]*^Event daemon/m, ''))).toEqual([
      "00.ctdb script enabled, CTDB's own, started at init startup",
      "01.reclock script enabled, CTDB's own, started at init",
      "05.system script enabled, CTDB's own, started at monitor",
      '10.interface plugin enabled, in place of 10.interface.script',
      '70.web plugin enabled',
    ]);
  });

  test('let ctdbd start our event daemon', () => {
    expect(said.before).toMatch(stockEventd);
    const steps = stepsOn(directory);
    expect(said.switchOn).toBe(
      [...steps.map((step) => `Would: ${step}`), ...steps, `Not done: ${restartIsDue}`, ''].join('\n'),
    );
    expect(said.on).toMatch(ourEventd);
  });

  test('see in the status of startup that plugins and scripts ran in one order', () => {
    expect(rows(said.status.replace(/^Event daemon[^]*/m, ''))).toEqual(okRows([...stockScripts, '70.web']));
  });

  test('get as much from the other commands of ctdb that the README names', () => {
    const all = okRows([...stockScripts, '70.web']);
    expect(rows(said.shown)).toEqual([...all, ...all]);
  });

  test('find that ledger, kernel and ctdb agree, which leaves nothing to correct', () => {
    const agreed = '1 public address, 1 on this node: ledger, kernel and ctdb agree\n';
    expect(said.reconcile).toBe(agreed + agreed);
  });

  test('see only scripts by ctdb event script, as the README says', () => {
    const enabled = [...said.scripts.matchAll(/^\* (.*)$/gm)].map(([, name]) => name);
    expect(enabled).toEqual(stockScripts);
    expect(said.scripts).not.toContain('70.web');
  });

  test('upgrade: a restart is due, then the new version runs; and downgrade likewise', () => {
    const [due = '', done = ''] = said.upgrade.split(restarted);
    expect(due).toMatch(
      new RegExp(
        `^Event daemon: ctdb-hook ${version}, .*; ${nextVersion} is installed since: restart ctdb$`,
        'm',
      ),
    );
    expect(due).toMatch(/^ended with 2$/m);
    expect(done).toMatch(
      new RegExp(`^Event daemon: ctdb-hook ${nextVersion}, process \\d+, since \\S+$`, 'm'),
    );
    expect(said.downgrade).toMatch(
      new RegExp(`^Event daemon: ctdb-hook ${version}, process \\d+, since \\S+$`, 'm'),
    );
  });

  test('remove it, and nothing is left but what CTDB had', () => {
    expect(said.remove).toMatch(/^removed \d+ packages in \w+$/m);
    const [scripts = '', ...left] = said.afterRemove.split(/(?=^\/.*:$)/m);
    expect(scripts.split('\n')).toEqual([...stockScripts.map((name) => `${name}.script`), '70.web.ts', '']);
    expect(left.map((each) => each.trimEnd())).toEqual([
      `${directory}/prefix/bin:`,
      `${directory}/prefix/lib/node_modules:`,
    ]);
  });

  test('switch back to CTDB’s event daemon and the scripts that are still there', () => {
    expect(said.switchOff).toBe([...stepsOff, `Not done: ${restartIsDue}`, ''].join('\n'));
    expect(said.off).toMatch(stockEventd);
    expect(rows(said.statusOff)).toEqual(okRows(stockScripts));
  });

  test('run 10.interface.script before and after, its plugin in between, and the node has its address', async () => {
    const calls = (await node?.read('/run/script-calls'))?.split('\n') ?? [];
    const byStock = 'startup /usr/libexec/ctdb/ctdb-eventd';
    // Before, after the first time, and before it is removed; our event daemon ran it neither by the variable nor by the link.
    expect(calls.filter((call) => call.startsWith('startup '))).toEqual([byStock, byStock, byStock]);
    expect(said.addressOn).toContain(` inet ${publicAddress} `);
    expect(said.addressOff).toContain(` inet ${publicAddress} `);
  });

  test('take over what an earlier README did by a variable, without a restart, and undo all of it', () => {
    expect(said.earlier).toMatch(ourEventd);
    const steps = stepsOn(directory);
    expect(said.takenOver).toBe([...steps, ...stepsOff, `Not done: ${restartIsDue}`, 'left:', ''].join('\n'));
  });

  test('link plugins for CTDB’s event daemon, silent when all is well, and run all in their order', () => {
    expect(said.links).toMatch(/^(?:(?:Keep|Have|Put) .*\n){6}monitor\n(?: .*\n)+? {2}\d+ ms in all: OK\n$/);
    const columns = [...said.links.matchAll(/^ {2}(\d\d\.\w+) +(script|plugin) +\d+ ms +(\w+)$/gm)];
    expect(columns.map(([, ...words]) => words.join(' '))).toEqual([
      ...stockScripts.slice(0, -1).map((name) => `${name} script OK`),
      '10.interface plugin OK',
      '70.web plugin OK',
    ]);
  });

  test('ask twice for the web server: once by the link, once in the run', async () => {
    const calls = (await node?.read('/run/pidof-calls'))?.split('\n') ?? [];
    expect(calls.filter((call) => call.startsWith('session'))).toEqual(['session nginx', 'session nginx']);
  });

  test('and lead the links back', () => {
    expect(said.linksOff).toMatch(/^(?:(?:Put|Have|Remove) .*\n){4}$/);
    expect(said.left.split('\n')).toEqual([
      '/usr/share/ctdb/events/legacy/10.interface.script',
      '70.web.ts',
      '700 root /var/cache/ctdb-hook',
      '',
    ]);
  });
});

/** Longest time for all of it, in milliseconds: four installations, and six starts of ctdbd, of seconds each. */
const sessionTimeoutMs = 3 * installTimeoutMs;

const version = packageVersion();

/** What stands between what was said before a restart and after it. */
const restarted = '-- restarted';

/** What runs once the node has its event daemon again. */
const listed = `
timeout 60 sh -c 'until ctdb-hook list | grep -q "^Event daemon: ctdb-hook"; do sleep 0.2; done' || true
ctdb-hook list | head -1`;

/** CTDB's scripts that are enabled, and what is left of ours where it was. */
const afterRemove = `
ls /etc/ctdb/events/legacy
ls -d /run/ctdb-hook /var/cache/ctdb-hook /var/lib/ctdb-hook 2>/dev/null || true
ls "$(npm prefix --global)/bin" "$(npm root --global)"`;

/** The installed event daemon, as `eventDaemon` shows it. */
const ourEventd =
  /^\S+\/prefix\/lib\/node_modules\/\S+\/bin\/node (?:--\S+ )*\S+\/ctdb-hook\/dist\/eventd\.js -P (\d+) -S \d+ of \1\n$/;

/** CTDB's own event daemon, as `eventDaemon` shows it. */
const stockEventd = /^\/usr\/libexec\/ctdb\/ctdb-eventd -P (\d+) -S \d+ of \1\n$/;

/** The rows of a table of entries, without times. */
const rows = (table: string): string[] =>
  [...table.matchAll(/^ *(\d\d\..*)$/gm)].map(([, row = '']) =>
    row.replace(/ +\d+\.\d+ .*$/, '').replaceAll(/ +/g, ' '),
  );

const okRows = (names: readonly string[]): string[] => names.map((name) => `${name} OK`);

/**
 * Runs the commands of bin/README.md on a node with the plugin of plugins/README.md, in a directory with the tarball.
 *
 * What the tarball depends on is installed before, elsewhere, because npm gets it from its cache where no network is.
 *
 * @returns what each block said, and what the node was like in between
 */
async function runSession(node: ReadmeNode, directory: string) {
  await installInProject(directory, await packRelease(directory));
  await packNextRelease(directory);
  await node.write('/etc/ctdb/events/legacy/70.web.ts', codeBlocks('ts', 'plugins/README.md')[0] ?? '');
  const [
    status = '',
    switchOff = '',
    install = '',
    switchOn = '',
    upgrade = '',
    remove = '',
    reconcile = '',
    links = '',
    linksOff = '',
  ] = session;
  const prefix = join(directory, 'prefix');
  const env = strangersEnvironment();
  return node.session(
    {
      start: 'systemctl daemon-reload\nsystemctl restart ctdb',
      before: eventDaemon,
      ...{ install, listBefore: 'ctdb-hook list || echo "ended with $?"' },
      ...{ switchOn, on: eventDaemon, addressOn: address },
      ...{ status, shown: otherCommands, scripts: 'ctdb event script list legacy' },
      reconcile,
      upgrade:
        `cd ${directory}\n` +
        upgrade.replace(
          '\nsystemctl',
          `\nctdb-hook list || echo "ended with $?"\necho "${restarted}"\nsystemctl`,
        ) +
        listed,
      downgrade: `cd ${directory}\n${upgrade.replace(nextVersion, version)}${listed}`,
      ...{ switchOff, off: eventDaemon, statusOff: 'ctdb event status legacy startup', addressOff: address },
      ...{ links, linksOff, left: whatIsLeft },
      ...{ earlier: `${earlierWay}${eventDaemon}`, takenOver },
      remove: `systemctl daemon-reload\nsystemctl restart ctdb\n${remove}`,
      afterRemove,
    },
    directory,
    {
      ...env,
      PATH: `/usr/local/sbin:${prefix}/bin:${env['PATH'] ?? ''}`,
      README_SESSION: 'session',
      npm_config_prefix: prefix,
      npm_config_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      // What it installed is looked for, however quiet the npm was that started this.
      npm_config_loglevel: 'notice',
      npm_config_update_notifier: 'false',
    },
    sessionTimeoutMs,
  );
}

/** Shows the command line of the event daemon, and the process id of its ctdbd. */
const eventDaemon = `
tr '\\0' ' ' </proc/"$(cat /run/ctdb/eventd.pid)"/cmdline
echo "of $(cat /run/ctdb/ctdbd.pid)"`;

/** What `switch on` says, and `switch off`. */
const helper = '/usr/libexec/ctdb/ctdb-eventd';
const dropIn = '/etc/systemd/system/ctdb.service.d/ctdb-hook.conf';
const stepsOn = (directory: string): readonly string[] => [
  `Keep CTDB’s own event daemon as ${helper}.stock`,
  `Have dpkg install ${helper} of packages there, through all updates (dpkg-divert)`,
  `Put a starter of ${directory}/prefix/lib/node_modules/ctdb-hook/bin/ctdb-eventd at ${helper}`,
  `Have systemd prepare each start of ctdb, and take addresses off after each end: ${dropIn}`,
  `Check that ${helper} starts`,
];
const stepsOff = [
  `Put CTDB’s own event daemon back at ${helper}`,
  `Have dpkg install ${helper} in its place again`,
  `Remove ${dropIn}`,
];
const restartIsDue = 'a restart of ctdb, from which on it counts: ctdb shutdown, and start ctdbd again';

/** The README's way before there was a command, which CTDB up to 4.24 knows. */
const earlierWay = `
mkdir -p /etc/systemd/system/ctdb.service.d
printf '[Service]\\nEnvironment=CTDB_EVENTD=%s\\n' "$(command -v ctdb-eventd)" >/etc/systemd/system/ctdb.service.d/ctdb-hook.conf
systemctl daemon-reload
systemctl restart ctdb`;

const takenOver = `
ctdb-hook switch on
ctdb-hook switch off
echo left:
ls /etc/systemd/system
dpkg-divert --list '*ctdb*'
ls /usr/libexec/ctdb | grep -F .stock || true`;

/** What the README says shows plugins and scripts alike, besides the command of its block. */
const otherCommands = `
ctdb scriptstatus startup
ctdb event run 30 legacy ipreallocated
ctdb event status legacy ipreallocated`;

/** Shows the addresses of eth0 once the public one is there, or after a minute what there is. */
const address = `
timeout 60 sh -c 'until ip -o addr show eth0 | grep -qF " ${publicAddress} "; do sleep 0.2; done' || true
ip -o addr show eth0`;

const whatIsLeft = `
readlink /etc/ctdb/events/legacy/10.interface.script
ls /etc/ctdb/events/legacy | grep '^70'
stat -c '%a %U %n' /var/cache/ctdb-hook`;
