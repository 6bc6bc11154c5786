/**
 * What `npm run bench:clients` does: in clusters of real ctdbd, with real servers and clients, moves an address again and again
 * and measures how long each client waits, with our event daemon, with links, and with CTDB's own event daemon and scripts.
 *
 * `--moves N`: of each way; `--ways daemon,stock`; `--only NFSv3,TCP`: these protocols.
 */
import { parseArgs } from 'node:util';
import { loadavg } from 'node:os';
import { cellsOf, protocols } from './cells.ts';
import { moveAddress, type Move } from './move.ts';
import { pausesTable } from './pauses-report.ts';
import { Stage } from './stage.ts';
import { planOf, ways, type Way } from './ways.ts';

/** How many moves a cluster does until it is another's turn. */
const movesInTurn = 5;

const {
  moves,
  only,
  ways: chosen,
} = parseArgs({
  options: {
    moves: { type: 'string', default: '10' },
    only: { type: 'string', default: protocols.join(',') },
    ways: { type: 'string', default: ways.join(',') },
  },
}).values;
const cells = cellsOf(chosenOf(protocols, only));
const turns = Math.ceil(Number(moves) / movesInTurn);
const measured = new Map<Way, Move[]>(chosenOf(ways, chosen).map((way) => [way, []]));
for (let turn = 0; turn < turns; turn += 1) {
  const order = turn % 2 === 0 ? [...measured] : [...measured].toReversed();
  for (const [way, done] of order)
    done.push(...(await movesOf(way, Math.min(movesInTurn, Number(moves) - done.length))));
}
console.log(pausesTable(cells, measured));
process.exit();

async function movesOf(way: Way, count: number): Promise<readonly Move[]> {
  const publicAddresses = ['10.98.0.1/24'];
  await using stage = await Stage.start({ ...planOf(way), publicAddresses }, cells);
  const done: Move[] = [];
  while (done.length < count) {
    await stage.cluster.waitUntilHealthy();
    const move = await moveAddress(stage, '10.98.0.1');
    console.error(way, `load ${loadavg()[0]?.toFixed(1) ?? ''}`, JSON.stringify(move));
    done.push(move);
  }
  return done;
}

function chosenOf<Name extends string>(all: readonly Name[], words: string): readonly Name[] {
  const wanted = words.split(',');
  const unknown = wanted.filter((word) => !all.some((name) => name === word));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}, expected ${all.join(', ')}`);
  return all.filter((name) => wanted.includes(name));
}
