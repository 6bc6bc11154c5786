/**
 * Measures the processor time that `monitor` of live services takes, and writes the samples to a file: a process of its own,
 * in namespaces of its own.
 *
 * Usage: session.ts DIRECTORY; the directory is empty, and gets `samples.json`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Samples } from '../take-turns.ts';
import { atCadence } from './at-cadence.ts';
import { cadences } from './cadences.ts';
import { ServingNode, type Side } from './serving-node.ts';

const [directory = ''] = process.argv.slice(2);
const sides: readonly Side[] = ['stock', 'netlink', 'commands'];
const nodes = new Map<Side, ServingNode>();
let samples: Samples = {};
try {
  for (const side of sides) nodes.set(side, await ServingNode.start(side));
  for (const { name, warmUps, intervalMs, rounds } of cadences) {
    const monitored = Object.fromEntries([...nodes].map(([side, node]) => [`${side} ${name}`, node]));
    await atCadence(monitored, { intervalMs: 1000, rounds: warmUps });
    samples = { ...samples, ...(await atCadence(monitored, { intervalMs, rounds })) };
    for (const node of nodes.values()) await node.requireWell();
  }
} finally {
  for (const node of nodes.values()) await node.stop();
}
writeFileSync(join(directory, 'samples.json'), JSON.stringify(samples));
process.exit(0); // The machines' holders need not be waited for.
