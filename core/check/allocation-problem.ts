import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPublicAddresses } from '../ctdb-config/public-addresses.ts';
import { ctdbWords } from '../ctdb-installation/ctdb-words.ts';
import { deadlineIn } from '../process/deadline.ts';
import { receivedEnvironment } from '../process/environment.ts';
import { runCommand } from '../process/run-command.ts';

/** Most public addresses that ctdbd distributes by LCP2 in about a second. Its time grows faster than their number. */
const addressesMax = 500;

/** LCP2, the default of the tunable IPAllocAlgorithm (ctdb-tunables(7)). */
const lcp2 = 2;

/** How long ctdbd may take to say its tunable, in milliseconds. */
const askTimeoutMs = 3_000;

const tunableLine = /^\s*IPAllocAlgorithm\s*=\s*(\d+)\s*$/im;

/**
 * A warning, if ctdbd takes long to compute which node gets which of this many public addresses.
 *
 * @param isNode whether the ctdbd that runs here may be asked
 */
export async function findAllocationProblem(base: string, isNode = true): Promise<string | undefined> {
  const count = (await readPublicAddresses(base).catch(() => undefined))?.ips.length ?? 0;
  if (count <= addressesMax || (await algorithmOf(base, isNode)) !== lcp2) return undefined;
  return (
    `there are ${count} public addresses, and ctdbd distributes them by LCP2 (IPAllocAlgorithm=2), which takes it long: ` +
    '14 seconds to move 1000 of 2000. With IPAllocAlgorithm=0 or 1 in ctdb.tunables of all nodes it takes less than one'
  );
}

/** What the running ctdbd says; if none runs, what the next one reads from ctdb.tunables. */
async function algorithmOf(base: string, isNode: boolean): Promise<number> {
  const asked = isNode ? await askTunable() : undefined;
  const text = asked ?? (await readFile(join(base, 'ctdb.tunables'), 'utf8').catch(() => ''));
  return Number(tunableLine.exec(text)?.[1] ?? lcp2);
}

/** Undefined if no ctdbd answers. */
async function askTunable(): Promise<string | undefined> {
  const environment = receivedEnvironment();
  const asked = await runCommand(
    {
      command: [...ctdbWords(environment), 'getvar', 'IPAllocAlgorithm'],
      environment,
      group: 'own',
      streams: 'two',
    },
    { deadline: deadlineIn(askTimeoutMs), outputBytesMax: 64 * 1024 },
  );
  return asked.ok ? asked.stdout : undefined;
}
