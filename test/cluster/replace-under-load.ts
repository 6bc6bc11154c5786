import { join } from 'node:path';
import { expect } from 'vitest';
import { scriptStarterPath, scriptStarterText } from '../../core/switch/script-starter.ts';
import { startCluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import { releaseUnderTest } from './releases.ts';
import { underLoad } from './under-load.ts';
import { Watch } from './watch.ts';

/** An installed package, which all nodes see. */
export interface InstalledPackage {
  /** Its folder. */
  readonly folder: string;
  /** The event daemon that ctdbd is told to start. */
  readonly eventd: string;
  /** The program to which links lead. */
  readonly hook: string;
}

/** How the nodes run 10.interface of an installed package. */
const ways = {
  'under our event daemon': ({ folder, eventd }: InstalledPackage) => ({
    environment: { CTDB_EVENTD: eventd },
    prepareNode: async (node: ClusterNode) => {
      const plugin = join(folder, 'plugins/10.interface/plugin.ts');
      await node.machine.run('ln', '-s', plugin, node.entryPath('10.interface.ts'));
    },
  }),
  'by links under CTDB’s own event daemon': ({ hook }: InstalledPackage) => ({
    environment: {},
    prepareNode: async (node: ClusterNode) => {
      const starter = scriptStarterPath('/etc/ctdb');
      await node.machine.write(starter, scriptStarterText(hook), 0o755);
      await node.machine.run('ln', '-sf', starter, node.entryPath('10.interface.script'));
    },
  }),
} as const;

export type Way = keyof typeof ways;

export const wayNames = Object.keys(ways) as Way[];

/** Replaces a package while two nodes move addresses and raise events, and expects that no event is lost, and no address. */
export async function replaceUnderLoad(
  way: Way,
  installed: InstalledPackage,
  replace: () => Promise<void>,
): Promise<void> {
  const cluster = await startCluster({
    nodes: 2,
    publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24', 'fd98::1/64'],
    scripts: releaseUnderTest.scripts,
    ...ways[way](installed),
  });
  try {
    await cluster.waitUntilHealthy();
    await cluster.waitUntilServedBy(cluster.nodes);
    using watch = new Watch(cluster);
    const failed = await underLoad(cluster, replace);
    expect(failed).toEqual([]);
    expect(watch.faults).toEqual([]);
    expect(cluster.nodes.map((node) => node.isCtdbdAlive())).toEqual([true, true]);
    await cluster.waitUntilHealthy();
  } finally {
    await cluster.stop();
  }
}
