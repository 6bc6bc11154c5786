import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { packageVersion } from '../../core/package/package-version.ts';
import { laterVersion } from '../support/package-files.ts';
import { EmulatedMachine } from './emulated-machine.ts';
import { imageMs, machineImage } from './machine-image.ts';
import {
  expectOurs,
  plugIn,
  raise,
  setUpNode,
  startNode,
  waitUntilOk,
  waitUntilServed,
} from './node-machine.ts';
import { PackageDisk } from './package-disk.ts';
import { publicAddresses } from './service-scenarios.ts';

/* The Debian package on a Debian 12 of its own, with systemd and CTDB's own unit; there is no network. */

const version = packageVersion();
let machine: EmulatedMachine;
let before = '';

beforeAll(async () => {
  const disk = await PackageDisk.withDebs();
  machine = await EmulatedMachine.boot('x64', await machineImage('bookworm'), disk.path);
  return async () => {
    await machine[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
  };
}, imageMs);

beforeAll(async () => {
  await plugIn(machine);
  await setUpNode(machine, {
    publicAddresses: publicAddresses.map((address) => `${address} p0`),
    scripts: ['00.ctdb', '10.interface'],
    plugins: [],
  });
  await startNode(machine);
  await served();
  before = await state();
}, imageMs);

const served = (): Promise<void> => waitUntilServed(machine, 'p0', publicAddresses);

const dpkg = (...words: readonly string[]) =>
  machine.attempt(`DEBIAN_FRONTEND=noninteractive dpkg ${words.join(' ')}`, 900);

const packageOf = (wanted: string): string => `/usr/local/packages/ctdb-hook_${wanted}_amd64.deb`;

/** All files that are not ctdbd's own, and what systemd and dpkg know; dpkg keeps copies of its lists. */
const state = (): Promise<string> =>
  machine.run(
    `find /etc /usr /opt /var/lib/ctdb-hook /var/cache/ctdb-hook /run/ctdb-hook -xdev \\
      \\( -type d -printf '%p %m %U:%G\\n' -o -printf '%p %y %m %U:%G %s %T@ %l\\n' \\) 2>/dev/null | sort >/run/state
    { dpkg-query -W; dpkg-divert --list; ls /var/lib/dpkg/info; systemctl show -P DropInPaths ctdb; } >>/run/state
    cat /run/state | gzip | base64 -w 0`,
    600,
  );

const pids = (): Promise<string> => machine.run('pgrep -x ctdbd; pgrep -x ctdb-eventd');

const listed = async (): Promise<string> =>
  (await machine.attempt('ctdb-hook list')).stdout.split('\n')[0] ?? '';

test('dpkg installs it while ctdb runs, which goes on with its own event daemon', async () => {
  const running = await pids();
  const { code, stdout, stderr } = await dpkg('--install', packageOf(version));
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain(
    `\nctdb-hook ${version} is on disk, and nothing runs it: "ctdb-hook install" has this node run plugins`,
  );
  expect(await pids()).toBe(running);
});

test('install --restart has ctdb.service start our event daemon with the plugins of the scripts that were enabled', async () => {
  const said = await machine.run('ctdb-hook install --restart', 600);
  expect(said).toMatch(/^Enable the plugin 10\.interface: [^]*\nRestart ctdb$/m);
  await waitUntilOk(machine);
  await served();
  await expectOurs(machine);
  expect(await machine.run('systemctl show -P DropInPaths ctdb')).toBe(
    '/etc/systemd/system/ctdb.service.d/ctdb-hook.conf',
  );
  const exe = await machine.run('readlink /proc/$(pgrep -x ctdb-eventd)/exe');
  expect(exe).toBe(`/usr/lib/ctdb-hook-${version}/node/bin/node`);
});

test.each([
  ['an upgrade', version, laterVersion],
  ['a downgrade', laterVersion, version],
])(
  '%s leaves ctdbd, the event daemon and the addresses, and a restart of ctdb switches',
  async (_what, from, to) => {
    const running = await pids();
    const { code, stdout } = await dpkg('--install', packageOf(to));
    expect(code).toBe(0);
    expect(stdout).toContain(
      `\nctdb-hook ${from} runs, ctdb-hook ${to} is on disk: systemctl restart ctdb switches`,
    );
    expect(await pids()).toBe(running);
    await served();
    expect((await raise(machine, 'ipreallocated')).code).toBe(0);
    expect(await listed()).toContain(`; ${to} is installed since: restart ctdb`);
    await machine.run('systemctl restart ctdb', 600);
    await waitUntilOk(machine);
    await served();
    expect(await listed()).toMatch(new RegExp(`^Event daemon: ctdb-hook ${to}, process \\d+, since \\S+$`));
  },
);

test('dpkg does not remove it while ctdbd runs our event daemon, and says what to do', async () => {
  const running = await pids();
  const { code, stderr } = await dpkg('--remove', 'ctdb-hook');
  expect(code).toBe(1);
  expect(stderr).toContain('switch back first (ctdb-hook switch off, then systemctl restart ctdb;');
  expect(await pids()).toBe(running);
  await expectOurs(machine);
});

test('after a reboot the node is OK by itself, with our event daemon of the package', async () => {
  await machine.run('systemctl enable ctdb');
  await machine.reboot();
  await waitUntilOk(machine);
  await served();
  await expectOurs(machine);
  await machine.run('systemctl disable ctdb');
});

test('switched back and purged, every file of the machine is as it was, and CTDB’s own event daemon has the addresses', async () => {
  await machine.run('ctdb-hook switch off --restart', 600);
  await waitUntilOk(machine);
  const { code } = await dpkg('--purge', 'ctdb-hook');
  expect(code).toBe(0);
  await served();
  expect(await machine.run('readlink /proc/$(pgrep -x ctdb-eventd)/exe')).toBe(
    '/usr/libexec/ctdb/ctdb-eventd',
  );
  expect(unpacked(await state())).toEqual(unpacked(before));
});

const unpacked = (text: string): readonly string[] =>
  gunzipSync(Buffer.from(text, 'base64')).toString().split('\n');
