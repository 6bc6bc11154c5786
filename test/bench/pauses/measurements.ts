import { loadavg } from 'node:os';
import type { Cell } from './cells.ts';
import { moveAddress, type Move } from './move.ts';
import type { Situation } from './situations.ts';
import { Stage } from './stage.ts';
import { planOf, route, type Pair } from './ways.ts';

/** How many moves a cluster does until it is another's turn. */
const movesInTurn = 5;

/** The moves of a situation, by where from and to the address moved: `daemon`, `daemon → stock`. */
export type Moves = ReadonlyMap<string, readonly Move[]>;

/** Moves addresses in clusters of these pairs, in turns, so often from each node to each other one. */
export async function measure(
  situation: Situation,
  pairs: readonly Pair[],
  cells: readonly Cell[],
  count: number,
): Promise<Moves> {
  const moves = new Map<string, Move[]>();
  for (let done = 0; done < count; done += movesInTurn) {
    const turn = Math.min(movesInTurn, count - done);
    const order = (done / movesInTurn) % 2 === 0 ? pairs : pairs.toReversed();
    for (const pair of order) {
      // From a node that is unlike the other one the address moves every second time.
      const times = pair[0] === pair[1] ? turn : 2 * turn;
      for (const [way, move] of await movesOf(situation, pair, cells, times))
        moves.set(way, [...(moves.get(way) ?? []), move]);
    }
  }
  return moves;
}

async function movesOf(
  situation: Situation,
  pair: Pair,
  cells: readonly Cell[],
  count: number,
): Promise<readonly (readonly [string, Move])[]> {
  await using stage = await Stage.start(planOf(pair), situation, cells);
  await stage.settle();
  const [ip = ''] = stage.cluster.publicIps.slice(Math.floor(stage.cluster.publicIps.length / 2));
  const moves: (readonly [string, Move])[] = [];
  while (moves.length < count) {
    const move = await moveAddress(stage, situation, ip);
    const way = route(pair[move.from] ?? pair[0], pair[move.to] ?? pair[1]);
    const load = loadavg()[0]?.toFixed(1) ?? '';
    console.error(`${situation.name}, ${way}, load ${load}: ${JSON.stringify(move)}`);
    moves.push([way, move]);
  }
  return moves;
}
