/**
 * Measures, and writes the samples to a file: a process of its own, so that it can be in a network namespace of its own.
 *
 * Usage: session.ts DIRECTORY [stock] [moves]; the directory is empty, and gets `samples.json`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { moves } from './moves.ts';
import { starts } from './starts.ts';
import { takeTurns } from './take-turns.ts';

const [directory = '', ...scope] = process.argv.slice(2);
const hasStock = scope.includes('stock');

const startSamples = await takeTurns(starts(directory, hasStock), {
  rounds: 100,
  roundsMin: 20,
  limitMs: 45_000,
});
const moveSamples = !scope.includes('moves')
  ? {}
  : await takeTurns(await moves(directory, hasStock), { rounds: 60, roundsMin: 10, limitMs: 100_000 });

writeFileSync(join(directory, 'samples.json'), JSON.stringify({ ...startSamples, ...moveSamples }));
process.exit(0); // The server and the clients need not be waited for.
