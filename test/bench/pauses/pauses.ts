/**
 * What `npm run bench:clients` does: in clusters of real ctdbd, with real servers and clients, moves an address again and again
 * and measures how long each client waits, with our event daemon, with links, and with CTDB's own event daemon and scripts.
 * With `--write` test/bench/README.md gets it, and README.md what it shows of it.
 *
 * `--moves N`: so many of each; `--part alike|mixed|situations`: only this; `--only NFSv3,TCP`: these clients;
 * `--ways daemon,stock`: clusters of these; `--situation WORDS`: those whose name has them. `--keep FILE`: what is measured
 * is kept there and not measured again, so that one that was cut off goes on. `--release trixie`: the nodes are of this
 * release of Debian, whose file system is made for that, and nothing else is measured than `alike`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { releaseUnderTest } from '../../cluster/releases.ts';
import { readme } from '../../docs/readme.ts';
import { replacePart } from '../readme-part.ts';
import { benchReadme, writeFigures } from '../write-figures.ts';
import { cellsOf, protocols, type Cell } from './cells.ts';
import { KeptMoves } from './kept-moves.ts';
import { measure, type Moves } from './measurements.ts';
import { pausesChart } from './pauses-chart.ts';
import { alikeReport, mixedReport, releaseReport, situationsReport } from './pauses-report.ts';
import { runInRelease } from './run-in-release.ts';
import { plainMove, situations, type Situation } from './situations.ts';
import { findVersions } from './versions.ts';
import { alike, mixed, ways, type Pair } from './ways.ts';

const parts = ['alike', 'mixed', 'situations'] as const;
type Part = (typeof parts)[number];

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    moves: { type: 'string', default: '10' },
    only: { type: 'string', default: protocols.join(',') },
    ways: { type: 'string', default: ways.join(',') },
    part: { type: 'string' },
    situation: { type: 'string', default: '' },
    keep: { type: 'string' },
    release: { type: 'string' },
  },
});
const count = Number(values.moves);
const cells = cellsOf(chosen(protocols, values.only));
const wanted = chosen(ways, values.ways);
const ofRelease = values.release;
const wantedParts = chosen(parts, values.part ?? (ofRelease === undefined ? parts.join(',') : 'alike'));
if (ofRelease !== undefined && wantedParts.some((part) => part !== 'alike'))
  throw new Error('With --release there is no part but alike');
// What cannot be written is better found before it is measured.
if (values.write) for (const part of wantedParts) replacePart(readme(benchReadme), markOf(part), '');

if (ofRelease !== undefined && releaseUnderTest.root === undefined)
  process.exit(await runInRelease(ofRelease, process.argv.slice(1)));

const kept = new KeptMoves(values.keep);
const versions = await findVersions();
const written: Record<string, string> = {};
for (const part of wantedParts) {
  const text = await reportOf(part);
  console.log(text);
  written[markOf(part)] = text;
}
if (values.write) await writeFigures(written);
process.exit();

/** What marks the part in the README. */
function markOf(part: Part): string {
  return `bench:clients:${ofRelease ?? part}`;
}

async function reportOf(part: Part): Promise<string> {
  const pairs = alike.filter(([way]) => wanted.includes(way));
  switch (part) {
    case 'alike': {
      const moves = await movesOf(ofRelease ?? part, plainMove, pairs, cells);
      if (ofRelease !== undefined) return releaseReport(cells, moves, versions);
      if (values.write)
        writeFileSync(fileURLToPath(new URL('pauses.svg', import.meta.url)), pausesChart(cells, moves));
      return alikeReport(cells, moves, versions);
    }
    case 'mixed': {
      const differing = mixed.filter(([way]) => wanted.includes(way));
      return mixedReport(cells, await movesOf(part, plainMove, [...differing, ['stock', 'stock']], cells));
    }
    case 'situations': {
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

function movesOf(
  name: string,
  situation: Situation,
  pairs: readonly Pair[],
  tried: readonly Cell[],
): Promise<Moves> {
  return measure({ name, situation, pairs, cells: tried, count }, kept);
}

function chosen<Name extends string>(all: readonly Name[], words: string): readonly Name[] {
  const names = words.split(',');
  const unknown = names.filter((word) => !all.some((name) => name === word));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}, expected ${all.join(', ')}`);
  return all.filter((name) => names.includes(name));
}
