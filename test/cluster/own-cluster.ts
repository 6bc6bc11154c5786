import { readFile } from 'node:fs/promises';
import { startCluster, type Cluster } from './cluster.ts';
import type { Eventd } from './node.ts';
import { releaseUnderTest } from './releases.ts';

/**
 * Three nodes with our event daemon, on which nothing is lost when they get CTDB's own: beside each plugin stands the
 * script that it replaces. With CTDB's own from the start it is what to compare with.
 */
export async function startOwnCluster(eventd: Eventd = 'ours'): Promise<Cluster> {
  const author = await readFile(new URL('plugins/70.author.ts', import.meta.url), 'utf8');
  return startCluster({
    nodes: 3,
    publicAddresses: ['10.98.0.1/24', '10.98.0.2/24', '10.98.0.3/24', 'fd98::1/64'],
    scripts: releaseUnderTest.scripts,
    plugins: ['10.interface'],
    eventd: () => eventd,
    async prepareNode(node) {
      await node.install('65.witness.script', '#!/bin/sh\nexit 0\n');
      await node.install('70.author.ts', author);
    },
  });
}
