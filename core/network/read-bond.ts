import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bond } from './network.ts';

/** Reads what the bonding driver says about a bond, below `proc`. Undefined if there is no bond of this name. */
export async function readBond(proc: string, device: string): Promise<Bond | undefined> {
  try {
    return parseBond(await readFile(join(proc, 'net/bonding', device), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads the text of /proc/net/bonding/DEVICE; see Documentation/networking/bonding.rst of the kernel. */
export function parseBond(text: string): Bond {
  const lines = text.split('\n');
  const [, ...slaves] = lines.filter((line) => line.includes('MII Status:'));
  const isUp = (line: string): boolean => line.startsWith('MII Status: up');
  return {
    noActiveSlave: text.includes('Currently Active Slave: None'),
    anyUp: lines.some(isUp),
    is8023ad: lines.some((line) => line.startsWith('Bonding Mode: IEEE 802.3ad Dynamic link aggregation')),
    anySlaveUp: slaves.some(isUp),
  };
}
