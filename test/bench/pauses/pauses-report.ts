import { median } from '../statistics.ts';
import { nameOf, type Cell } from './cells.ts';
import type { Move } from './move.ts';
import type { Way } from './ways.ts';

/** The pauses of all cells as a Markdown table: median and worst of each way, in seconds, and ours as a ratio to CTDB's. */
export function pausesTable(cells: readonly Cell[], measured: ReadonlyMap<Way, readonly Move[]>): string {
  const ways = [...measured.keys()];
  const stock = measured.get('stock');
  const compared = ways.filter((way) => way !== 'stock' && stock !== undefined);
  const head = ['Client', ...ways, ...compared.map((way) => `${way} : stock`)];
  const rows = cells.map((cell) => {
    const pauses = (way: Way) =>
      (measured.get(way) ?? []).map((move) => move.pauses[nameOf(cell)] ?? Infinity);
    return [
      nameOf(cell),
      ...ways.map((way) => inSeconds(pauses(way))),
      ...compared.map((way) => (median(pauses(way)) / median(pauses('stock'))).toFixed(2)),
    ];
  });
  const away = [
    'no node has the address',
    ...ways.map((way) => inSeconds((measured.get(way) ?? []).map((move) => move.awayMs))),
  ];
  const packets = [
    'packets of all old connections, at most',
    ...ways.map((way) => Math.max(...(measured.get(way) ?? []).map((move) => move.packets))),
  ];
  return [head, head.map(() => '---'), ...rows, away, packets]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const inSeconds = (timesMs: readonly number[]): string =>
  `${(median(timesMs) / 1000).toFixed(2)} (${(Math.max(...timesMs) / 1000).toFixed(2)})`;
