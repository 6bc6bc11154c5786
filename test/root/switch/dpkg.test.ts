import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../core/package/package-root.ts';
import { scriptStarterPath } from '../../../core/switch/script-starter.ts';
import { hook } from '../../support/hook-node.ts';
import { stockEventd, SwitchNode } from '../../support/switch-node.ts';
import { plant, script } from '../../support/temporary-directory.ts';

/*
 * The real dpkg, with a database of its own and a package `ctdb` that has an event daemon, a client and a link to a script,
 * all of it below the node's temporary directory.
 */

const path = '/usr/sbin:/usr/bin:/sbin:/bin';

/** A node whose CTDB is a package of dpkg's, in this version. */
class DpkgNode extends SwitchNode {
  private constructor() {
    super({}, (base) => ({ PATH: path, DPKG_ADMINDIR: join(base, 'dpkg') }));
    for (const name of ['info', 'updates', 'triggers', 'alternatives', 'parts'])
      mkdirSync(join(this.base, 'dpkg', name), { recursive: true });
    for (const name of ['status', 'available']) writeFileSync(join(this.base, 'dpkg', name), '');
  }

  static async with(version: string, helpers = 'helpers'): Promise<DpkgNode> {
    const node = new DpkgNode();
    await node.install(version, helpers);
    return node;
  }

  /** Installs or updates the package. */
  async install(version: string, helpers = 'helpers'): Promise<void> {
    const tree = join(this.base, `package-${version}`);
    const control = `Package: ctdb\nVersion: ${version}\nArchitecture: all\nMaintainer: nobody\nDescription: test\n`;
    rmSync(tree, { recursive: true, force: true });
    plant(tree, { 'DEBIAN/control': control });
    plant(join(tree, this.base), {
      [`${helpers}/ctdb-eventd`]: script(`echo "stock ${version} $*"`),
      [`${helpers}/ctdb-event`]: script(''),
      'events/legacy/10.interface.script': { target: `/usr/share/ctdb/${version}/10.interface.script` },
    });
    await this.#dpkg('dpkg-deb', '--build', tree, `${tree}.deb`);
    await this.#dpkg('dpkg', '--install', `${tree}.deb`);
  }

  async remove(): Promise<void> {
    await this.#dpkg('dpkg', '--remove', 'ctdb');
  }

  /** dpkg's diversions, as dpkg lists them. */
  async diversions(): Promise<string> {
    return (await this.#dpkg('dpkg-divert', '--list')).replaceAll(this.base, 'BASE');
  }

  async divert(...words: string[]): Promise<void> {
    await this.#dpkg('dpkg-divert', ...words);
  }

  async #dpkg(file: string, ...words: string[]): Promise<string> {
    const env = { PATH: path, LC_ALL: 'C', DPKG_ADMINDIR: join(this.base, 'dpkg') };
    return (await execa(file, words, { env, extendEnv: false, timeout: 60_000 })).stdout;
  }
}

const ours = 'Usage: ctdb-eventd [-P PID] [-S FD]';
const starts = async (node: SwitchNode): Promise<string> =>
  (await node.call(node.eventd, '--help')).output.split('\n')[0] ?? '';

test('an update of the package leaves our event daemon switched on, and off gives the newer one', async () => {
  const node = await DpkgNode.with('1');
  const first = node.at('helpers/ctdb-eventd');
  expect(await node.hook('switch', 'on')).toMatchObject({
    status: 0,
    output: `Keep CTDB’s own event daemon as BASE/helpers/ctdb-eventd.stock
Have dpkg install BASE/helpers/ctdb-eventd of packages there, through all updates (dpkg-divert)
Put a starter of ${packageRoot}/bin/ctdb-eventd at BASE/helpers/ctdb-eventd
Have systemd prepare each start of ctdb, and take addresses off after each end: BASE/etc/systemd/system/ctdb.service.d/ctdb-hook.conf
Check that BASE/helpers/ctdb-eventd starts
It counts from the next start of ctdb on
`,
  });
  expect(node.at('helpers/ctdb-eventd.stock')).toBe(first);
  expect(await node.diversions()).toBe(
    'local diversion of BASE/helpers/ctdb-eventd to BASE/helpers/ctdb-eventd.stock',
  );
  await node.install('2');
  expect(await starts(node)).toBe(ours);
  const second = node.at('helpers/ctdb-eventd.stock');
  expect(second).toContain('stock 2');
  expect((await node.hook('switch', 'on')).output).toMatch(/^Check .*\nIt counts .*\n$/);
  expect((await node.hook('switch', 'off')).status).toBe(0);
  expect(node.at('helpers/ctdb-eventd')).toBe(second);
  expect(readdirSync(node.helpers)).toEqual(['ctdb-event', 'ctdb-eventd']);
  expect(await node.diversions()).toBe('');
  await node.install('3');
  expect(await starts(node)).toBe('stock 3 --help');
});

test('off straight after on gives back the very file, with no update between', async () => {
  const node = await DpkgNode.with('1');
  const before = node.at('helpers/ctdb-eventd');
  await node.hook('switch', 'on');
  await node.hook('switch', 'off');
  expect(node.at('helpers/ctdb-eventd')).toBe(before);
});

test('a package that is removed and installed again finds ours switched on, and off without it leaves nothing', async () => {
  const node = await DpkgNode.with('1');
  await node.hook('switch', 'on');
  await node.remove();
  await node.install('2');
  expect(await starts(node)).toBe(ours);
  await node.remove();
  expect((await node.hook('switch', 'off')).status).toBe(0);
  expect(readdirSync(node.helpers)).toEqual([]);
  expect(await node.diversions()).toBe('');
});

test('a link of an earlier README is taken over; off waits until CTDB’s own is there again', async () => {
  const node = await DpkgNode.with('1');
  rmSync(node.eventd);
  symlinkSync(join(packageRoot, 'bin/ctdb-eventd'), node.eventd);
  const on = await node.hook('switch', 'on');
  expect(on.output).toContain(
    'WARNING: CTDB’s own event daemon is not there, a link has replaced it; to install',
  );
  expect(on.status).toBe(0);
  expect(await starts(node)).toBe(ours);
  const off = await node.hook('switch', 'off');
  expect(off.output).toContain('without one ctdbd does not start: install ctdb again');
  expect(off.status).toBe(1);
  expect(await starts(node)).toBe(ours);
  await node.install('1');
  expect((await node.hook('switch', 'off')).status).toBe(0);
  expect(await starts(node)).toBe('stock 1 --help');
});

test('a diversion of somebody else’s is left alone', async () => {
  const node = await DpkgNode.with('1');
  await node.divert('--local', '--rename', '--divert', `${node.eventd}.mine`, '--add', node.eventd);
  expect(await node.hook('switch', 'on')).toMatchObject({
    status: 1,
    output:
      'ctdb-hook: BASE/helpers/ctdb-eventd: an administrator has diverted it to BASE/helpers/ctdb-eventd.mine, expected no diversion but ours\n',
  });
  expect(readdirSync(node.helpers)).toEqual(['ctdb-event', 'ctdb-eventd.mine']);
});

test('what is neither ours nor the package’s is neither overwritten nor removed', async () => {
  const node = await DpkgNode.with('1');
  await node.hook('switch', 'on');
  rmSync(node.eventd);
  plant(node.base, { 'helpers/ctdb-eventd': stockEventd });
  const own = node.at('helpers/ctdb-eventd');
  const outputs = [await node.hook('switch', 'on'), await node.hook('switch', 'off')];
  for (const { status, output } of outputs) {
    expect(output).toContain(
      'BASE/helpers/ctdb-eventd is neither ours nor CTDB’s own event daemon, which is',
    );
    expect(status).toBe(1);
  }
  expect(node.at('helpers/ctdb-eventd')).toBe(own);
});

test('a copy of CTDB’s own that somebody has put back is known by its bytes: before-start puts ours back, and says it once', async () => {
  const node = await DpkgNode.with('1');
  await node.hook('switch', 'on');
  const kept = node.at('helpers/ctdb-eventd.stock');
  copyFileSync(`${node.eventd}.stock`, node.eventd);
  chmodSync(node.eventd, 0o700);
  const check = 'Check that BASE/helpers/ctdb-eventd starts\n';
  expect(await node.hook('before-start')).toMatchObject({
    status: 0,
    output: `Put a starter of ${packageRoot}/bin/ctdb-eventd at BASE/helpers/ctdb-eventd, where a copy of BASE/helpers/ctdb-eventd.stock is\n${check}`,
  });
  expect(await starts(node)).toBe(ours);
  expect(node.at('helpers/ctdb-eventd.stock')).toBe(kept);
  expect(await node.hook('before-start')).toMatchObject({ status: 0, output: check });

  copyFileSync(`${node.eventd}.stock`, node.eventd);
  chmodSync(node.eventd, 0o700);
  expect((await node.hook('switch', 'off')).output).toMatch(
    /^Put CTDB’s own event daemon back at .*\nHave dpkg install .* in its place again\nRemove .*conf\nIt counts/,
  );
  expect(node.at('helpers/ctdb-eventd')).toBe(kept);
  expect(readdirSync(node.helpers)).toEqual(['ctdb-event', 'ctdb-eventd']);
});

test('an update without our diversion, which somebody has removed, puts CTDB’s own back: ours comes back, and the diversion', async () => {
  const node = await DpkgNode.with('1');
  await node.hook('switch', 'on');
  await node.divert('--local', '--no-rename', '--divert', `${node.eventd}.stock`, '--remove', node.eventd);
  await node.install('2');
  expect(await starts(node)).toBe('stock 2 --help');
  const newer = node.at('helpers/ctdb-eventd');
  expect(await node.hook('before-start')).toMatchObject({
    status: 0,
    output: `Keep CTDB’s own event daemon as BASE/helpers/ctdb-eventd.stock, in place of an older one
Have dpkg install BASE/helpers/ctdb-eventd of packages there, through all updates (dpkg-divert)
Put a starter of ${packageRoot}/bin/ctdb-eventd at BASE/helpers/ctdb-eventd
Check that BASE/helpers/ctdb-eventd starts
`,
  });
  expect(await starts(node)).toBe(ours);
  await node.hook('switch', 'off');
  expect(node.at('helpers/ctdb-eventd')).toBe(newer);
});

test('dpkg that fails has all undone', async () => {
  const node = await DpkgNode.with('1');
  const before = node.at('helpers/ctdb-eventd');
  // dpkg writes diversions-new, and cannot: a directory is in its way, with something in it.
  plant(node.base, { 'dpkg/diversions-new/x': '' });
  const { status, output } = await node.hook('switch', 'on');
  expect(output).toMatch(
    /^ctdb-hook: Have dpkg install .*: dpkg-divert .* exited with status 2: .*\. All that was done before is undone$/m,
  );
  expect(status).toBe(1);
  expect(node.at('helpers/ctdb-eventd')).toBe(before);
  expect(readdirSync(node.helpers)).toEqual(['ctdb-event', 'ctdb-eventd']);
});

test('what was left half done is completed, or undone', async () => {
  const node = await DpkgNode.with('1');
  const before = node.at('helpers/ctdb-eventd');
  await node.divert('--local', '--no-rename', '--divert', `${node.eventd}.stock`, '--add', node.eventd);
  expect((await node.hook('switch', 'off')).output).toMatch(
    /^Have dpkg install .* in its place again\nIt counts/,
  );
  expect(node.at('helpers/ctdb-eventd')).toBe(before);
  expect(await node.diversions()).toBe('');
  await node.divert('--local', '--no-rename', '--divert', `${node.eventd}.stock`, '--add', node.eventd);
  expect((await node.hook('switch', 'on')).output).toMatch(
    /^Keep .*\nPut a starter .*\nHave systemd .*\nCheck .*\nIt counts/,
  );
  expect(await starts(node)).toBe(ours);
});

test('a release with another helper directory is switched on anew, and nothing is left in the other', async () => {
  const node = await DpkgNode.with('1', 'older/helpers');
  expect(
    (
      await node.call(
        '/usr/bin/env',
        `CTDB_TEST_HELPER_BINDIR=${node.base}/older/helpers`,
        hook,
        'switch',
        'on',
      )
    ).status,
  ).toBe(0);
  await node.install('2');
  expect(await starts(node)).toBe('stock 2 --help');
  const { status, output } = await node.hook('switch', 'on');
  expect(output).toMatch(
    /^Remove BASE\/older\/helpers\/ctdb-eventd\nHave dpkg install BASE\/older\/helpers\/ctdb-eventd in/,
  );
  expect(status).toBe(0);
  expect(await starts(node)).toBe(ours);
  expect(await node.diversions()).toBe(
    'local diversion of BASE/helpers/ctdb-eventd to BASE/helpers/ctdb-eventd.stock',
  );
  expect(readdirSync(join(node.base, 'older/helpers'))).toEqual([]);
});

test('links and disabled scripts outlast an update, which undoes them otherwise, and plugins need nothing', async () => {
  const node = await DpkgNode.with('1');
  plant(node.events, { '10.interface.ts': { text: '// a plugin', mode: 0o755 } });
  const plugin = node.at('events/legacy/10.interface.ts');
  const link = join(node.events, '10.interface.script');
  rmSync(link);
  await node.install('2');
  expect(node.at('events/legacy/10.interface.script')).toBe('link to /usr/share/ctdb/2/10.interface.script');

  await node.hook('script', 'disable', '10.interface');
  await node.install('3');
  expect(node.at('events/legacy/10.interface.script')).toBe('nothing');

  await node.hook('script', 'link', '10.interface');
  await node.install('4');
  expect(node.at('events/legacy/10.interface.script')).toBe(`link to ${scriptStarterPath(node.base)}`);

  expect((await node.hook('script', 'restore', '10.interface')).status).toBe(0);
  expect(node.at('events/legacy/10.interface.script')).toBe('link to /usr/share/ctdb/4/10.interface.script');
  expect(readdirSync(node.events).sort()).toEqual(['10.interface.script', '10.interface.ts']);
  expect(node.at('events/legacy/10.interface.ts')).toBe(plugin);
  expect(await node.diversions()).toBe('');
});

test('a script that CTDB’s client enables again comes back as one', async () => {
  const node = await DpkgNode.with('1');
  await node.hook('script', 'disable', '10.interface');
  symlinkSync('/usr/share/ctdb/1/10.interface.script', join(node.events, '10.interface.script'));
  expect((await node.hook('script', 'restore', '10.interface')).status).toBe(0);
  expect(readdirSync(node.events)).toEqual(['10.interface.script']);
});

test('dpkg’s own check finds nothing missing or changed', async () => {
  const node = await DpkgNode.with('1');
  await node.hook('switch', 'on');
  await node.hook('script', 'link', '10.interface');
  expect(readFileSync(join(node.base, 'dpkg/info/ctdb.list'), 'utf8')).toContain('/helpers/ctdb-eventd\n');
  expect((await node.call('dpkg', '--verify', 'ctdb')).output).toBe('');
});
