import { existsSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { hookOf, scriptStarterPath, scriptStarterText } from '../../core/switch/script-starter.ts';
import { eventdOf } from '../../core/switch/starter.ts';
import { buildPackage, laterDeb } from '../support/package-files.ts';
import { installTimeoutMs, sharedDirectory } from '../support/release.ts';
import { startCluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import { releaseUnderTest } from './releases.ts';
import { underLoad } from './under-load.ts';
import { Watch } from './watch.ts';

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

/** How nodes run 10.interface of the package. */
const ways = {
  'under our event daemon': {
    environment: { CTDB_EVENTD: eventdOf(installed) },
    prepareNode: async (node: ClusterNode) => {
      const plugin = join(installed, 'plugins/10.interface/plugin.ts');
      await node.machine.run('ln', '-s', plugin, node.entryPath('10.interface.ts'));
    },
  },
  'by links under CTDB’s own event daemon': {
    environment: {},
    prepareNode: async (node: ClusterNode) => {
      const starter = scriptStarterPath('/etc/ctdb');
      await node.machine.write(starter, scriptStarterText(hookOf(installed)), 0o755);
      await node.machine.run('ln', '-sf', starter, node.entryPath('10.interface.script'));
    },
  },
} as const;

/** How often it is upgraded, and as often downgraded. */
const rounds = 2;

test.each(Object.keys(ways) as (keyof typeof ways)[])(
  '%s upgrades, downgrades and the removal by dpkg lose no event and no address',
  async (way) => {
    await dpkg('--install', deb);
    const cluster = await startCluster({
      nodes: 2,
      publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24', 'fd98::1/64'],
      scripts: releaseUnderTest.scripts,
      ...ways[way],
    });
    try {
      await cluster.waitUntilHealthy();
      await cluster.waitUntilServedBy(cluster.nodes);
      using watch = new Watch(cluster);
      const versions: string[] = [];
      const failed = await underLoad(cluster, async () => {
        for (let round = 0; round < rounds; round += 1)
          for (const version of [later, deb]) {
            await dpkg('--install', version);
            versions.push(readlinkSync(installed));
            await delay(300); // So that events come between two versions.
          }
        await dpkg('--remove', 'ctdb-hook');
      });
      expect(failed).toEqual([]);
      expect(watch.faults).toEqual([]);
      expect(cluster.nodes.map((node) => node.isCtdbdAlive())).toEqual([true, true]);
      expect(new Set(versions).size).toBe(2);
      expect(versions).toHaveLength(2 * rounds);
      expect(existsSync(library)).toBe(false);
      await cluster.waitUntilHealthy();
    } finally {
      await cluster.stop();
    }
  },
  installTimeoutMs,
);
