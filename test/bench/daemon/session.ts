/**
 * Measures what happens under the event daemons, and writes the samples to a file: a process of its own, in a network
 * namespace of its own.
 *
 * Usage: session.ts DIRECTORY [stock]; the directory is empty, and gets `samples.json`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientSide } from '../client-side.ts';
import { takeTurns, type Samples } from '../take-turns.ts';
import { endurance, noops, readiness } from './daemon-cases.ts';
import { growth, kills, moves, moving, startMover } from './daemon-moves.ts';

const [directory = '', ...scope] = process.argv.slice(2);
const hasStock = scope.includes('stock');

const client = await ClientSide.start(moving.iface);
const daemons = {
  hook: await startMover('hook', join(directory, 'mover')),
  ...(hasStock && { stock: await startMover('stock', join(directory, 'stock-mover')) }),
};
const samples: Samples = {
  ...(await takeTurns(await noops(directory, hasStock), { rounds: 60, roundsMin: 20, limitMs: 200_000 })),
  ...(await takeTurns(readiness(directory, hasStock), { rounds: 20, roundsMin: 5, limitMs: 60_000 })),
  ...(await takeTurns(moves(daemons, client), { rounds: 20, roundsMin: 8, limitMs: 200_000 })),
  ...(await kills(daemons, client, 3)),
  ...(await growth(daemons.hook, 20)),
  ...(await endurance(directory)),
};
writeFileSync(join(directory, 'samples.json'), JSON.stringify(samples));
process.exit(0); // The server, the clients and the daemons need not be waited for.
