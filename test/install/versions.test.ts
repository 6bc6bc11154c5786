import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { laterVersion, layOutVersion } from '../support/package-files.ts';
import { sharedDirectory } from '../support/release.ts';
import { stockEventd, SwitchNode } from '../support/switch-node.ts';
import { script } from '../support/temporary-directory.ts';
import { treeState } from '../support/tree-state.ts';

/* Versions that lie side by side, each as a tarball has it. */

const version = '0.1.0';
const directory = sharedDirectory();
const link = join(directory, 'ctdb-hook');
const folderOf = (name: string): string => join(directory, `ctdb-hook-${name}`);
const hookOf = (name: string): string => join(folderOf(name), 'bin/ctdb-hook');

beforeAll(() => {
  for (const name of [version, laterVersion]) layOutVersion(directory, name);
});

function tarballNode(): SwitchNode {
  rmSync(link, { force: true });
  const node = new SwitchNode(
    { 'helpers/ctdb-eventd': stockEventd, 'events/legacy/10.interface.script': script('echo stock') },
    () => ({ PATH: '/usr/bin:/bin' }),
  );
  mkdirSync(join(node.base, 'usr/local/bin'), { recursive: true });
  return node;
}

/** What the output says of files, without the directory of this test. */
const shown = (text: string): string => text.replaceAll(directory, 'DIR');

const install = (node: SwitchNode, ...words: string[]) => node.call(hookOf(version), 'install', ...words);

describe('a version of several', () => {
  test('is reached by a link beside it and a command in PATH, and all that is put elsewhere names the link', async () => {
    const node = tarballNode();
    const { status, output } = await install(node);
    expect(shown(output)).toBe(`Check that all files of DIR/ctdb-hook-${version} are as they were packed
Have DIR/ctdb-hook lead to ctdb-hook-${version}
Put the command at BASE/usr/local/bin/ctdb-hook
Enable the plugin 10.interface: BASE/events/legacy/10.interface.ts
Keep CTDB’s own event daemon as BASE/helpers/ctdb-eventd.stock
Put a starter of DIR/ctdb-hook/bin/ctdb-eventd at BASE/helpers/ctdb-eventd
Have systemd prepare each start of ctdb, and take addresses off after each end: BASE/etc/systemd/system/ctdb.service.d/ctdb-hook.conf
Check that BASE/helpers/ctdb-eventd starts
It counts from the next start of ctdb on
`);
    expect(status).toBe(0);
    expect(readlinkSync(link)).toBe(`ctdb-hook-${version}`);
    expect(node.at('events/legacy/10.interface.ts')).toBe(`link to ${link}/plugins/10.interface/plugin.ts`);
    expect(node.at('etc/systemd/system/ctdb.service.d/ctdb-hook.conf')).toContain(`=-${link}/bin/ctdb-hook `);
    const command = join(node.base, 'usr/local/bin/ctdb-hook');
    expect((await node.call(command, '--version')).output).toMatch(`ctdb-hook ${version} `);
    expect((await node.call(command, 'list')).output).toMatch(/^ {2}10\.interface +plugin +enabled/m);
  });

  test('gives way to another, newer or older, by that other’s upgrade: one rename, and nothing else where nothing else differs', async () => {
    const node = tarballNode();
    await install(node);
    const state = treeState(node.base, (path) => /^(?:run|var)\//.test(path));
    for (const [name, other] of [
      [laterVersion, version],
      [version, laterVersion],
    ] as const) {
      const { status, output } = await node.call(hookOf(name), 'upgrade');
      expect(shown(output)).toBe(`Check that all files of DIR/ctdb-hook-${name} are as they were packed
Check that DIR/ctdb-hook-${name}/bin/ctdb-eventd starts
Have DIR/ctdb-hook lead to ctdb-hook-${name}
Check that BASE/helpers/ctdb-eventd starts
No event daemon runs, ctdb-hook ${name} is on disk: it counts from the next start of ctdb on
`);
      expect(status).toBe(0);
      expect(readlinkSync(link)).toBe(`ctdb-hook-${name}`);
      expect(existsSync(folderOf(other))).toBe(true);
    }
    expect(treeState(node.base, (path) => /^(?:run|var)\//.test(path))).toEqual(state);
  });

  test('shows each step of an upgrade with --dry-run, and changes nothing', async () => {
    const node = tarballNode();
    await install(node);
    const { output } = await node.call(hookOf(laterVersion), 'upgrade', '--dry-run');
    expect(shown(output)).toContain(`Would: Have DIR/ctdb-hook lead to ctdb-hook-${laterVersion}\n`);
    expect(readlinkSync(link)).toBe(`ctdb-hook-${version}`);
  });

  test('that lacks a file, or has a changed one, does not take the place of a whole one', async () => {
    const node = tarballNode();
    await install(node);
    const broken = layOutVersion(directory, '0.5.0');
    appendFileSync(join(broken, 'dist/hook-main.js'), '\n');
    rmSync(join(broken, 'bin/find-node'));
    const { status, output } = await node.call(join(broken, 'bin/ctdb-hook'), 'upgrade');
    // Its launcher cannot even start Node.
    expect(output).toContain('find-node');
    expect(status).not.toBe(0);
    layOutFindNode(broken);
    const again = await node.call(join(broken, 'bin/ctdb-hook'), 'upgrade');
    expect(shown(again.output)).toContain(
      'Check that all files of DIR/ctdb-hook-0.5.0 are as they were packed: bin/find-node has changed, dist/hook-main.js has changed: unpack or install it again. All that was done before is undone\n',
    );
    expect(again.status).toBe(1);
    expect(readlinkSync(link)).toBe(`ctdb-hook-${version}`);
    rmSync(broken, { recursive: true });
  });

  test('is removed by uninstall with both links, and everything is as it was', async () => {
    const node = tarballNode();
    const before = treeState(node.base);
    const around = readdirSync(directory).sort();
    for (const words of [[], ['--links']]) {
      expect((await install(node, ...words)).status).toBe(0);
      expect((await node.call(hookOf(version), 'uninstall')).status).toBe(0);
      expect(treeState(node.base)).toEqual(before);
      expect(readdirSync(directory).sort()).toEqual(around);
    }
  });

  test('leaves the event daemon and the links of another installation as they are, until it is installed itself', async () => {
    const node = tarballNode();
    await node.hook('install', '--plugins', '10.interface'); // This checkout, as npm would have put it.
    await node.hook('script', 'link', '10.interface');
    const starters = ['helpers/ctdb-eventd', 'ctdb-hook/bin/ctdb-hook', 'events/legacy/10.interface.ts'];
    const before = starters.map((name) => node.at(name));
    const { status, output } = await node.call(hookOf(version), 'upgrade');
    expect(output).toContain(
      `WARNING: The event daemon stays ${packageRoot}/bin/ctdb-eventd: "ctdb-hook install" has this one take its place\n` +
        `WARNING: Links stay those of ${packageRoot}/bin/ctdb-hook: "ctdb-hook install" has this one take its place\n`,
    );
    expect(status).toBe(0);
    expect(starters.map((name) => node.at(name))).toEqual(before);
    const undone = await node.call(hookOf(version), 'uninstall');
    expect(undone.output).toContain(
      `WARNING: ${packageRoot}/bin/ctdb-eventd stays: it is of another ctdb-hook\n`,
    );
    expect(undone.status).toBe(0);
    expect(starters.map((name) => node.at(name))).toEqual(before);
    expect((await install(node)).status).toBe(0);
    expect(node.at('helpers/ctdb-eventd')).toContain(`ours='${link}/bin/ctdb-eventd'`);
    expect(node.at('events/legacy/10.interface.ts')).toBe(`link to ${link}/plugins/10.interface/plugin.ts`);
    expect((await node.call(hookOf(version), 'uninstall')).status).toBe(0);
    expect(node.at('events/legacy/10.interface.script')).toContain('stock');
  });

  test('leaves a command of somebody else’s in PATH, and says by which path it is called', async () => {
    const node = tarballNode();
    const command = join(node.base, 'usr/local/bin/ctdb-hook');
    writeFileSync(command, 'theirs');
    expect(shown((await install(node)).output)).toContain(
      'WARNING: BASE/usr/local/bin/ctdb-hook is another one and stays: the command is DIR/ctdb-hook/bin/ctdb-hook\n',
    );
    await node.call(hookOf(version), 'uninstall');
    expect(node.at('usr/local/bin/ctdb-hook')).toContain('theirs');
  });

  test('does not replace what is no link where the link between versions has to be', async () => {
    const node = tarballNode();
    mkdirSync(link);
    const { status, output } = await install(node);
    expect(shown(output)).toBe(
      'ctdb-hook: DIR/ctdb-hook is no link: expected one to a version of ctdb-hook, or nothing\n',
    );
    expect(status).toBe(1);
    rmSync(link, { recursive: true });
  });

  test('runs by a link NN.name.script from the event after the upgrade on, where a process was left for the earlier one', async () => {
    const node = tarballNode();
    await install(node, '--links');
    writeFileSync(
      join(node.events, '60.p.ts'),
      "import { definePlugin } from 'ctdb-hook';\nexport default definePlugin({ init(_event, { log }) { log(process.argv[1] ?? ''); } });\n",
      { mode: 0o755 },
    );
    await node.call(hookOf(version), 'script', 'link', '60.p');
    const ask = async (): Promise<string> =>
      shown((await node.call(join(node.events, '60.p.script'), 'init')).output);
    const resident = (name: string): string => `DIR/ctdb-hook-${name}/dist/resident.js\n`;
    await ask();
    await expect.poll(ask).toBe(resident(version));
    await node.call(hookOf(laterVersion), 'upgrade');
    // The first one runs in a process of its own, which leaves the next host.
    expect(await ask()).toBe('DIR/ctdb-hook/dist/hook.js\n');
    await expect.poll(ask).toBe(resident(laterVersion));
    await node.call(hookOf(laterVersion), 'uninstall');
  });
});

describe('upgrade with a tarball', () => {
  /** Packs a folder of versions, which is moved away for that. */
  async function packed(...names: string[]): Promise<string> {
    const path = join(directory, `${names.join('-')}.tar.gz`);
    await execa('tar', ['-C', directory, '-czf', path, ...names]);
    return path;
  }

  test('unpacks it beside this version and has it do the rest', async () => {
    const node = tarballNode();
    await install(node);
    const tarball = await packed(`ctdb-hook-${laterVersion}`);
    renameSync(folderOf(laterVersion), join(directory, 'aside'));
    const command = join(node.base, 'usr/local/bin/ctdb-hook');
    for (const _again of [1, 2]) {
      const { status, output } = await node.call(command, 'upgrade', tarball);
      expect(shown(output)).toMatch(
        new RegExp(
          `^Unpack DIR/\\S+, and look whether it is whole\nCheck that [^]*\n.* ctdb-hook ${laterVersion} is on disk: .*\n$`,
        ),
      );
      expect(status).toBe(0);
    }
    expect(readlinkSync(link)).toBe(`ctdb-hook-${laterVersion}`);
    expect((await node.call(command, '--version')).output).toContain(`ctdb-hook ${laterVersion} `);
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
    rmSync(join(directory, 'aside'), { recursive: true });
  });

  test.each([
    ['that is not there', () => Promise.resolve('/nonexistent.tar.gz'), /there is no \/nonexistent\.tar\.gz/],
    [
      'that is none',
      () => {
        writeFileSync(join(directory, 'none.tar.gz'), 'no tarball');
        return Promise.resolve(join(directory, 'none.tar.gz'));
      },
      /tar .* exited with status 2: .*not look like a tar archive/,
    ],
    [
      'with two versions',
      () => packed(`ctdb-hook-${version}`, `ctdb-hook-${laterVersion}`),
      /holds .*, expected ctdb-hook-VERSION/,
    ],
    [
      'that is not whole',
      () => {
        rmSync(join(layOutVersion(directory, '0.6.0'), 'dist/hook.js'));
        return packed('ctdb-hook-0.6.0');
      },
      /is not whole: dist\/hook\.js is missing/,
    ],
    [
      'of another build of a version that is there',
      async () => {
        const path = await packed(`ctdb-hook-${laterVersion}`);
        appendFileSync(join(folderOf(laterVersion), 'checksums'), '0  none\n');
        return path;
      },
      /ctdb-hook-0\.2\.0 is there already, and is not what the tarball has/,
    ],
  ] as const)('%s is refused, and the version stays', async (_what, make, message) => {
    const node = tarballNode();
    await install(node);
    const tarball = await make();
    const { status, output } = await node.call(join(link, 'bin/ctdb-hook'), 'upgrade', tarball);
    expect(output).toMatch(message);
    expect(status).toBe(1);
    expect(readlinkSync(link)).toBe(`ctdb-hook-${version}`);
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

function layOutFindNode(folder: string): void {
  writeFileSync(join(folder, 'bin/find-node'), 'find_node() { node=$root/node/bin/node; }\n');
}
