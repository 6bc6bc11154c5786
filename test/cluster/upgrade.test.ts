import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { scriptStarterPath, scriptStarterText } from '../../core/switch/script-starter.ts';
import { installTimeoutMs, npm, packRelease, sharedDirectory } from '../support/release.ts';
import { startCluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import { releaseUnderTest } from './releases.ts';
import { underLoad } from './under-load.ts';
import { Watch } from './watch.ts';

const directory = sharedDirectory();
const prefix = join(directory, 'global');
const installed = join(prefix, 'lib/node_modules/ctdb-hook');
let tarball = '';
let other = '';
let build = '';
let otherBuild = '';

beforeAll(async () => {
  tarball = await packRelease(directory);
  other = repack(tarball);
}, installTimeoutMs);

/** The same as another version and another build, which daemon and plugin hosts do not mix. */
function repack(path: string): string {
  const place = join(directory, 'other');
  execFileSync('mkdir', [place]);
  execFileSync('tar', ['xzf', path, '-C', place]);
  build = readFileSync(join(place, 'package/dist/build-id'), 'utf8').trim();
  otherBuild = build.replaceAll(/./g, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16));
  const dist = join(place, 'package/dist');
  for (const name of readdirSync(dist).filter((each) => each.endsWith('.js') || each === 'build-id'))
    rewrite(join(dist, name), (text) => text.replaceAll(build, otherBuild));
  rewrite(join(place, 'package/package.json'), (text) =>
    text.replace(/"version": "[^"]*"/, '"version": "0.9.9"'),
  );
  const packed = join(place, 'ctdb-hook-0.9.9.tgz');
  execFileSync('tar', ['czf', packed, '-C', place, 'package']);
  return packed;
}

const rewrite = (path: string, change: (text: string) => string): void => {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
};

const install = (what: string): Promise<unknown> =>
  npm(directory, 'install', '--ignore-scripts', '--global', '--prefix', prefix, what);

/** How nodes run 10.interface, of the package that npm has installed. */
const ways = {
  'under our event daemon': {
    environment: { CTDB_EVENTD: join(prefix, 'bin/ctdb-eventd') },
    prepareNode: async (node: ClusterNode) => {
      const plugin = join(installed, 'plugins/10.interface/plugin.ts');
      await node.machine.run('ln', '-s', plugin, node.entryPath('10.interface.ts'));
    },
  },
  'by links under CTDB’s own event daemon': {
    environment: {},
    prepareNode: async (node: ClusterNode) => {
      const starter = scriptStarterPath('/etc/ctdb');
      await node.machine.write(starter, scriptStarterText(join(installed, 'bin/ctdb-hook')), 0o755);
      await node.machine.run('ln', '-sf', starter, node.entryPath('10.interface.script'));
    },
  },
} as const;

test.each(Object.keys(ways) as (keyof typeof ways)[])(
  '%s an upgrade, a downgrade and the removal of the package lose no event and no address',
  async (way) => {
    await install(tarball);
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
      const builds: string[] = [];
      const failed = await underLoad(cluster, async () => {
        for (const version of [other, tarball]) {
          await install(version);
          builds.push(readFileSync(join(installed, 'dist/build-id'), 'utf8').trim());
          await delay(500); // So that events come between two versions.
        }
        await npm(directory, 'uninstall', '--global', '--prefix', prefix, 'ctdb-hook');
      });
      expect(failed).toEqual([]);
      expect(watch.faults).toEqual([]);
      expect(cluster.nodes.map((node) => node.isCtdbdAlive())).toEqual([true, true]);
      expect(existsSync(installed)).toBe(false);
      expect(builds).toEqual([otherBuild, build]);
      await cluster.waitUntilHealthy();
    } finally {
      await cluster.stop();
    }
  },
  installTimeoutMs,
);
