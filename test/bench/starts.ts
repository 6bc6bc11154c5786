import { join } from 'node:path';
import { BenchNode } from './bench-node.ts';
import type { Case } from './comparisons.ts';
import { bareNode } from './programs.ts';
import type { Measurement } from './take-turns.ts';

const address = ['eth0', '10.0.0.1', '24'] as const;

/** Events that are little more than the start of the process that answers them, and what they are compared with. */
export async function starts(
  directory: string,
  hasStock: boolean,
): Promise<Partial<Record<Case, Measurement>>> {
  const node = new BenchNode(join(directory, 'starts'), {});
  await node.raiseEarlierEvents();
  const booted = new BenchNode(join(directory, 'booted'), {});
  const program = bareNode();
  return {
    sh: () => node.runMs('/bin/sh', '-c', ':'),
    node: () => node.runMs(program, '-e', '0'),
    monitor: () => node.raiseMs('hook', '10.interface', 'monitor'),
    'monitor, alone': () => node.raiseMs('hook alone', '10.interface', 'monitor'),
    'monitor, first': () => booted.raiseFirstMs('10.interface', 'monitor'),
    'monitor of 70.web': () => node.raiseMs('hook', '70.web', 'monitor'),
    'not handled': () => node.raiseMs('hook', '50.samba', 'takeip', ...address),
    ...(hasStock && {
      'stock monitor': () => node.raiseMs('stock', '10.interface', 'monitor'),
      'stock not handled': () => node.raiseMs('stock', '50.samba', 'takeip', ...address),
    }),
  };
}
