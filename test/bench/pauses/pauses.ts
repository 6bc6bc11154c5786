/**
 * What `npm run bench:clients` does: in clusters of real ctdbd, with real servers and clients, moves an address again and again
 * and measures how long each client waits, with our event daemon, with links, and with CTDB's own event daemon and scripts.
 * With `--write` test/bench/README.md gets it, and README.md what it shows of it.
 *
 * `--moves N`: so many of each; `--part alike|mixed|situations`: only this; `--only NFSv3,TCP`: these clients;
 * `--ways daemon,stock`: clusters of these; `--situation WORDS`: those whose name has them. `--keep FILE`: what is measured
 * is kept there and not measured again, so that one that was cut off goes on.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFigures } from '../write-figures.ts';
import { cellsOf, protocols, type Cell } from './cells.ts';
import { KeptMoves } from './kept-moves.ts';
import { measure, type Moves } from './measurements.ts';
import { pausesChart } from './pauses-chart.ts';
import { alikeReport, mixedReport, situationsReport } from './pauses-report.ts';
import { plainMove, situations, type Situation } from './situations.ts';
import { alike, mixed, ways, type Pair } from './ways.ts';

const parts = ['alike', 'mixed', 'situations'] as const;

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    moves: { type: 'string', default: '10' },
    only: { type: 'string', default: protocols.join(',') },
    ways: { type: 'string', default: ways.join(',') },
    part: { type: 'string', default: parts.join(',') },
    situation: { type: 'string', default: '' },
    keep: { type: 'string' },
  },
});
const moves = Number(values.moves);
const cells = cellsOf(chosen(protocols, values.only));
const wanted = chosen(ways, values.ways);
const kept = values.keep === undefined ? undefined : new KeptMoves(values.keep);
const written: Record<string, string> = {};
for (const part of chosen(parts, values.part)) {
  const text = await reportOf(part);
  console.log(text);
  written[`bench:clients:${part}`] = text;
}
if (values.write) await writeFigures(written);
process.exit();

async function reportOf(part: (typeof parts)[number]): Promise<string> {
  switch (part) {
    case 'alike': {
      const pairs = alike.filter(([way]) => wanted.includes(way));
      const measured = await movesOf('alike', plainMove, pairs, cells);
      if (values.write)
        writeFileSync(fileURLToPath(new URL('pauses.svg', import.meta.url)), pausesChart(cells, measured));
      return alikeReport(cells, measured);
    }
    case 'mixed': {
      const pairs = mixed.filter(([way]) => wanted.includes(way));
      return mixedReport(cells, await movesOf('mixed', plainMove, [...pairs, ['stock', 'stock']], cells));
    }
    case 'situations': {
      const pairs = alike.filter(([way]) => wanted.includes(way));
      const few = cells.filter(
        ({ protocol, manner }) =>
          (protocol === 'NFSv3' || protocol === 'TCP') && (manner === 'read' || manner === 'waiting'),
      );
      const measured = new Map<string, Moves>();
      for (const situation of situations.filter(({ name }) => name.includes(values.situation)))
        measured.set(situation.name, await movesOf(situation.name, situation, pairs, few));
      return situationsReport(few, measured);
    }
  }
}

async function movesOf(
  name: string,
  situation: Situation,
  pairs: readonly Pair[],
  tried: readonly Cell[],
): Promise<Moves> {
  const known = kept?.of(name);
  if (known !== undefined) return known;
  const measured = await measure(situation, pairs, tried, moves);
  kept?.keep(name, measured);
  return measured;
}

function chosen<Name extends string>(all: readonly Name[], words: string): readonly Name[] {
  const names = words.split(',');
  const unknown = names.filter((word) => !all.some((name) => name === word));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}, expected ${all.join(', ')}`);
  return all.filter((name) => names.includes(name));
}
