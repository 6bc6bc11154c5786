import { chmodSync, chownSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { readAclWriters } from '../../core/files/access-acl.ts';
import type { HookNode } from '../support/hook-node.ts';
import { bothWays, genuine, monitor, nodeWithPlugin, ran, stranger } from '../support/stranger.ts';
import { plant, temporaryDirectory } from '../support/temporary-directory.ts';
import { withoutKoffi } from '../support/without-koffi.ts';

// The bits of the group are the mask where there is an ACL: `0775 root:root` says nothing of a stranger whom the ACL lets write.

const setfacl = (...args: readonly string[]): void => void execaSync('setfacl', args);
const plugin = ({ events }: HookNode): string => join(events, '60.x.ts');

describe('refused, with path and id, is a plugin', () => {
  test.each<[string, (node: HookNode) => string]>([
    [
      'that a user may write to by its ACL',
      (node) => {
        setfacl('-m', `u:${stranger}:rw,m::rwx`, plugin(node));
        return `${plugin(node)} (mode 0775) can be written by user ${stranger} (ACL), expected by root alone`;
      },
    ],
    [
      'that a group may write to by its ACL',
      (node) => {
        setfacl('-m', `g:${stranger}:w`, plugin(node));
        return `${plugin(node)} (mode 0775) can be written by group ${stranger} (ACL), expected by root alone`;
      },
    ],
    [
      'in a directory in which a user may write by its ACL',
      ({ events }) => {
        setfacl('-m', `u:${stranger}:rwx`, events);
        return `${events} (mode 0775) can be written by user ${stranger} (ACL), expected by root alone`;
      },
    ],
    [
      'below a directory in which a user may write by its ACL',
      ({ base }) => {
        setfacl('-m', `u:${stranger}:rwx`, join(base, 'events'));
        return `${base}/events (mode 0775) can be written by user ${stranger} (ACL), expected by root alone`;
      },
    ],
    [
      'that was made in a directory whose default ACL lets a user write',
      (node) => {
        setfacl('-d', '-m', `u:${stranger}:rwx`, node.events);
        execaSync('sh', ['-ec', 'rm "$0"; cat >"$0"; chmod u+x "$0"', plugin(node)], { input: genuine });
        return `${plugin(node)} (mode 0764) can be written by user ${stranger} (ACL), expected by root alone`;
      },
    ],
    [
      'whose owning group may write by its ACL, and is not root’s',
      (node) => {
        chownSync(plugin(node), 0, stranger);
        setfacl('-m', `g::rwx,u:${stranger}:r`, plugin(node));
        return `${plugin(node)} (mode 0775) can be written by group ${stranger}, expected by root alone`;
      },
    ],
  ])('%s', async (_what, spoil) => {
    const node = nodeWithPlugin();
    const message = spoil(node);
    const ended = await bothWays(node);
    expect(ended.map(({ status, output }) => `${status}: ${output.split('\n')[0] ?? ''}`)).toEqual([
      `1: ${message}`,
      `1: ${message}`,
    ]);
    expect((await node.hook('list')).output).toContain(`  60.x  plugin  refused: ${message}\n`);
  });

  test('whose options a user may write to by their ACL, and nothing in them is run', async () => {
    const node = nodeWithPlugin();
    const options = join(node.events, '60.x.options');
    node.plant({ '60.x.options': `touch ${node.base}/proof\n` });
    setfacl('-m', `u:${stranger}:rw`, options);
    const { status, output } = await node.call('60.x', 'monitor');
    expect(status).toBe(1);
    expect(output).toContain(
      `${options} (mode 0664) can be written by user ${stranger} (ACL), expected by root alone`,
    );
    expect(existsSync(join(node.base, 'proof'))).toBe(false);
  });
});

describe('a plugin runs', () => {
  test.each<[string, (node: HookNode) => void]>([
    [
      'that its group, which is root’s, may write to',
      (node) => {
        chmodSync(plugin(node), 0o775);
      },
    ],
    [
      'whose ACL lets nobody write',
      (node) => {
        setfacl('-m', `u:${stranger}:rx,g::rwx`, plugin(node));
      },
    ],
    [
      'whose ACL lets a user write whom the mask does not',
      (node) => {
        setfacl('-m', `u:${stranger}:rw,m::rx`, plugin(node));
      },
    ],
    [
      'whose ACL lets root write once more',
      (node) => {
        setfacl('-m', 'u:0:rwx,g:0:rwx', plugin(node));
      },
    ],
    [
      'whose mask lets write, though the group of others, which owns it, may not',
      (node) => {
        chownSync(plugin(node), 0, stranger);
        setfacl('-m', 'g::r-x,u:0:rwx', plugin(node));
      },
    ],
  ])('%s', async (_what, change) => {
    const node = nodeWithPlugin();
    change(node);
    expect(await bothWays(node)).toMatchObject([ran, ran]);
  });
});

describe('where the ACL cannot be looked at', () => {
  test('what the group may write to is refused, with the way out', async () => {
    const node = nodeWithPlugin();
    chmodSync(plugin(node), 0o775);
    const { status, output } = await monitor(node, withoutKoffi);
    expect(status).toBe(1);
    expect(output).toContain(
      `${plugin(node)} (mode 0775) can be written by its group and whoever its ACL names, for that cannot be looked at (`,
    );
    expect(output).toContain('; chmod g-w helps), expected by root alone');
  });

  test('what the group may not write to runs: nobody can by an ACL', async () => {
    const node = nodeWithPlugin();
    setfacl('-m', `u:${stranger}:rw,m::rx`, plugin(node));
    expect(await monitor(node, withoutKoffi)).toMatchObject(ran);
  });
});

test('a file system without ACLs has none, and one that is not there is an error', () => {
  const directory = temporaryDirectory();
  expect(readAclWriters('/proc/self/status')).toBeUndefined();
  expect(readAclWriters(directory)).toBeUndefined();
  expect(() => readAclWriters(join(directory, 'none'))).toThrow(
    'system.posix_acl_access cannot be read: ENOENT',
  );
});

test('all kinds of entries are understood, below the mask', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'all');
  plant(directory, { all: '' });
  setfacl('-m', `u::rw,u:1:r,u:2:rw,g::rw,g:3:w,g:4:x,m::rw,o::r`, file);
  expect(readAclWriters(file)).toEqual([
    { kind: 'user', id: 2 },
    { kind: 'owning group', id: 0 },
    { kind: 'group', id: 3 },
  ]);
});
