/**
 * Measures, and writes the samples to a file: a process of its own, so that it can be in a network namespace of its own.
 *
 * Usage: session.ts DIRECTORY [stock] [moves]; the directory is empty, and gets `samples.json`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameProcess } from '../../core/process/name-process.ts';
import { ClientSide } from './client-side.ts';
import { crowded } from './crowded.ts';
import { hostMemory, hostMemoryMib } from './host-memory.ts';
import { address, moves } from './moves.ts';
import { starts } from './starts.ts';
import { type Samples, takeTurns } from './take-turns.ts';

// Of processes that CTDB's event daemon calls the host compares less than of others, and on a node that calls them.
nameProcess('ctdb-eventd');

const [directory = '', ...scope] = process.argv.slice(2);
const hasStock = scope.includes('stock');

const startSamples = await takeTurns(await starts(directory, hasStock), {
  rounds: 100,
  roundsMin: 20,
  limitMs: 45_000,
});
const memory = { [hostMemory]: [await hostMemoryMib(directory)] };
const moveSamples = scope.includes('moves') ? await measureMoves() : {};

writeFileSync(
  join(directory, 'samples.json'),
  JSON.stringify({ ...startSamples, ...memory, ...moveSamples }),
);
process.exit(0); // The server and the clients need not be waited for.

/** What needs addresses. That with many connections comes last: it leaves them there. */
async function measureMoves(): Promise<Samples> {
  const client = await ClientSide.start(address.iface);
  const limits = { rounds: 60, roundsMin: 10, limitMs: 100_000 };
  return {
    ...(await takeTurns(await moves(directory, hasStock, client), limits)),
    ...(await takeTurns(await crowded(directory, hasStock, client), limits)),
  };
}
