import { existsSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { hookOf } from '../../core/switch/script-starter.ts';
import { eventdOf } from '../../core/switch/starter.ts';
import { buildPackage, laterDeb } from '../support/package-files.ts';
import { installTimeoutMs, sharedDirectory } from '../support/release.ts';
import { replaceUnderLoad, wayNames } from './replace-under-load.ts';

/* The Debian package, which the real dpkg installs into a directory that all nodes see; it is no chroot. */

const directory = sharedDirectory();
const root = join(directory, 'root');
const library = join(root, 'usr/lib');
const installed = join(library, 'ctdb-hook');
let deb = '';
let later = '';

beforeAll(async () => {
  deb = await buildPackage('deb', directory);
  later = await laterDeb(deb, directory);
  for (const name of ['info', 'updates', 'triggers', 'parts'])
    mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
  for (const name of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', name), '');
  for (const name of ['run', 'etc', 'var/cache'])
    mkdirSync(join(directory, 'base', name), { recursive: true });
}, installTimeoutMs);

/** dpkg, whose scripts look for a CTDB in an empty directory: what nodes have is theirs. */
const dpkg = (...words: readonly string[]) =>
  execa('dpkg', [`--root=${root}`, '--force-script-chrootless', '--force-depends', ...words], {
    env: { CTDB_TEST_MODE: '1', CTDB_BASE: join(directory, 'base'), DEBIAN_FRONTEND: 'noninteractive' },
  });

/** How often it is upgraded, and as often downgraded. */
const rounds = 2;

test.each(wayNames)(
  '%s upgrades, downgrades and the removal by dpkg lose no event and no address',
  async (way) => {
    await dpkg('--install', deb);
    const versions: string[] = [];
    const places = { folder: installed, eventd: eventdOf(installed), hook: hookOf(installed) };
    await replaceUnderLoad(way, places, async () => {
      for (let round = 0; round < rounds; round += 1)
        for (const version of [later, deb]) {
          await dpkg('--install', version);
          versions.push(readlinkSync(installed));
          await delay(300); // So that events come between two versions.
        }
      await dpkg('--remove', 'ctdb-hook');
    });
    expect(new Set(versions).size).toBe(2);
    expect(versions).toHaveLength(2 * rounds);
    expect(existsSync(library)).toBe(false);
  },
  installTimeoutMs,
);
