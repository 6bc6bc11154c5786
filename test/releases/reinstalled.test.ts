import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../core/package/package-root.ts';
import { Machine } from '../cluster/machine.ts';
import { releaseUnderTest, rootsDirectory } from '../cluster/releases.ts';

/* The package of this release, with its own maintainer scripts, around a switch that is on. */

const { suite, root, helperDir } = releaseUnderTest;
const helper = `${helperDir}/ctdb-eventd`;
const hook = join(packageRoot, 'bin/ctdb-hook');
const archive = '/root/ctdb.deb';

describe(`the package ctdb of Debian ${suite}, while ours is switched on`, () => {
  let machine: Machine;
  let before = '';

  /** What tells one event daemon from the other: its mode, its owner and its content. */
  const identityOf = (path: string): Promise<string> =>
    machine.run('sh', '-c', 'stat -c "%a %U:%G" "$0" && sha256sum <"$0"', path);
  const starts = async (): Promise<string> => (await machine.attempt(helper, '--help')).stderr;
  const left = (): Promise<string> =>
    machine.run(
      'sh',
      '-c',
      `dpkg-divert --list '*ctdb*'; dpkg --verify ctdb; ls ${helper}.stock 2>&1 || true`,
    );

  beforeAll(async () => {
    machine = await Machine.start('reinstalled', { root });
    // debian-root keeps what it has downloaded.
    const form = '${Package}_${Version}_${Architecture}.deb';
    const name = (await machine.run('dpkg-query', '-W', '-f', form, 'ctdb')).replace(':', '%3a');
    copyFileSync(join(rootsDirectory, 'packages', name), machine.outside(archive));
    before = await identityOf(helper);
    await machine.run(hook, 'switch', 'on');
  });

  afterAll(() => machine.powerOff());

  test('installed again, it leaves ours in place, and has its own kept beside it', async () => {
    await machine.run('dpkg', '--install', archive);
    expect(await starts()).toContain('Usage: ctdb-eventd [-P PID] [-S FD]');
    expect(await identityOf(`${helper}.stock`)).toBe(before);
    expect(await machine.run('dpkg', '--verify', 'ctdb')).toBe('');
  });

  test('removed and installed again, it finds ours in place', async () => {
    await machine.run('dpkg', '--remove', 'ctdb');
    await machine.run('dpkg', '--install', archive);
    expect(await starts()).toContain('Usage: ctdb-eventd [-P PID] [-S FD]');
    expect(await identityOf(`${helper}.stock`)).toBe(before);
  });

  test('has its own in place again, and nothing else, once ours is switched off', async () => {
    await machine.run(hook, 'switch', 'off');
    expect(await identityOf(helper)).toBe(before);
    expect(await left()).toBe(`ls: cannot access '${helper}.stock': No such file or directory`);
    await machine.run('dpkg', '--install', archive);
    expect(await identityOf(helper)).toBe(before);
  });
});
