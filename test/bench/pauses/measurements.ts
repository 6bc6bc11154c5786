import { loadavg } from 'node:os';
import type { Cell } from './cells.ts';
import type { KeptMoves } from './kept-moves.ts';
import { moveAddress, type Move } from './move.ts';
import type { Situation } from './situations.ts';
import { Stage } from './stage.ts';
import { planOf, route, type Pair } from './ways.ts';

/** How many moves a cluster does until it is another's turn. */
const movesInTurn = 5;

/** The moves of a situation, by where from and to the address moved: `daemon`, `daemon → stock`. */
export type Moves = ReadonlyMap<string, readonly Move[]>;

/** What is measured. */
export interface Measurement {
  /** The name that its moves are kept by. */
  readonly name: string;
  readonly situation: Situation;
  /** The clusters that take turns. */
  readonly pairs: readonly Pair[];
  readonly cells: readonly Cell[];
  /** How many moves from each node to each other one that is unlike it. */
  readonly count: number;
}

/** Moves addresses until there are so many moves, and keeps them after each turn; those that are kept already count. */
export async function measure(
  { name, situation, pairs, cells, count }: Measurement,
  kept: KeptMoves,
): Promise<Moves> {
  const known = kept.of(name);
  const moves = new Map(pairs.flatMap(waysOf).map((way) => [way, known.get(way) ?? []]));
  for (let done = 0; done < count; done += movesInTurn) {
    const order = (done / movesInTurn) % 2 === 0 ? pairs : pairs.toReversed();
    for (const pair of order) {
      const ways = waysOf(pair);
      const least = Math.min(...ways.map((way) => moves.get(way)?.length ?? 0));
      const turn = Math.min(count, done + movesInTurn) - least;
      if (turn <= 0) continue;
      // From a node that is unlike the other one the address moves every second time.
      for (const [way, move] of await movesOf(situation, pair, cells, ways.length * turn))
        moves.set(way, [...(moves.get(way) ?? []), move]);
      kept.keep(name, moves);
    }
  }
  return moves;
}

/** Where from and to the address moves in a cluster. */
const waysOf = ([one, other]: Pair): readonly string[] => [
  ...new Set([route(one, other), route(other, one)]),
];

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
