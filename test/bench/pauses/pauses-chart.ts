import { median } from '../statistics.ts';
import { nameOf, type Cell } from './cells.ts';
import type { Moves } from './measurements.ts';
import { described } from './pauses-report.ts';

const layout = { width: 760, labelWidth: 260, rowHeight: 44, top: 34, barHeight: 11 } as const;

/** What the axis ends with, in seconds; a longer bar is cut off there. */
const mostSeconds = 1.5;

/** Colours that are told apart on white and on black. */
const bars = [
  { way: 'daemon', label: 'ctdb-hook', colour: '#2f81f7' },
  { way: 'links', label: 'links', colour: '#8ab4f8' },
  { way: 'stock', label: 'CTDB', colour: '#8b949e' },
] as const;

/** A chart of how long clients wait, as SVG: a bar of the median for each way. */
export function pausesChart(cells: readonly Cell[], moves: Moves): string {
  const drawn = cells.filter(({ manner }) => manner !== 'idle');
  const shown = bars.filter(({ way }) => moves.has(way));
  const height = layout.top + drawn.length * layout.rowHeight + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${layout.width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...[0, 0.5, 1, 1.5].map(
      (seconds) =>
        `<line x1="${x(seconds)}" x2="${x(seconds)}" y1="${layout.top - 8}" y2="${height - 10}" stroke="#d0d7de"/>` +
        `<text x="${x(seconds)}" y="${layout.top - 14}" text-anchor="middle" fill="#57606a">${seconds} s</text>`,
    ),
    ...drawn.flatMap((cell, row) => {
      const y = layout.top + row * layout.rowHeight;
      return [
        `<text x="${layout.labelWidth - 8}" y="${y + 22}" text-anchor="end" fill="#24292f">${described(cell)}</text>`,
        ...shown.map((bar, index) => {
          const pauses = (moves.get(bar.way) ?? []).map((move) => move.pauses[nameOf(cell)] ?? Infinity);
          return barOf(bar, median(pauses) / 1000, y + index * (layout.barHeight + 1));
        }),
      ];
    }),
    '</svg>\n',
  ].join('\n');
}

function barOf({ label, colour }: (typeof bars)[number], seconds: number, y: number): string {
  const end = x(Math.min(seconds, mostSeconds));
  const time = Number.isFinite(seconds) ? `${seconds.toFixed(2)} s` : 'is not told';
  return (
    `<rect x="${layout.labelWidth}" y="${y}" width="${Math.max(1, end - layout.labelWidth)}" height="${layout.barHeight}" fill="${colour}"/>` +
    `<text x="${end + 6}" y="${y + 10}" font-size="10" fill="#57606a">${label} ${time}</text>`
  );
}

const x = (seconds: number): number =>
  Math.round(layout.labelWidth + ((layout.width - layout.labelWidth - 110) * seconds) / mostSeconds);
