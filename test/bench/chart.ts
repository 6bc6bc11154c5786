import type { DaemonRow } from './daemon/daemon-rows.ts';
import { median } from './statistics.ts';
import type { Samples } from './take-turns.ts';

const layout = { width: 760, labelWidth: 300, rowHeight: 44, top: 34, barHeight: 14 } as const;

/** Colours that are told apart on white and on black. */
const colours = { ours: '#2f81f7', stock: '#8b949e' } as const;

/**
 * A chart of what events take, as SVG: two bars a row on a logarithmic axis, since they differ by orders of magnitude.
 */
export function chart(rows: readonly DaemonRow[], samples: Samples): string {
  const drawn = rows.flatMap(({ what, ours, stock }) => {
    const [values, others] = [samples[ours], samples[stock]];
    return values === undefined || others === undefined
      ? []
      : [{ what: what.replaceAll('`', ''), oursMs: median(values), stockMs: median(others) }];
  });
  const scale = scaleFor(drawn.flatMap(({ oursMs, stockMs }) => [oursMs, stockMs]));
  const height = layout.top + drawn.length * layout.rowHeight + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${layout.width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...scale.ticks.map(
      (ms) =>
        `<line x1="${scale.x(ms)}" x2="${scale.x(ms)}" y1="${layout.top - 8}" y2="${height - 10}" stroke="#d0d7de"/>` +
        `<text x="${scale.x(ms)}" y="${layout.top - 14}" text-anchor="middle" fill="#57606a">${ms} ms</text>`,
    ),
    ...drawn.map(({ what, oursMs, stockMs }, index) => {
      const y = layout.top + index * layout.rowHeight;
      return [
        `<text x="${layout.labelWidth - 8}" y="${y + 20}" text-anchor="end" fill="#24292f">${escaped(what)}</text>`,
        bar('ctdb-hook', oursMs, y, colours.ours, scale),
        bar('CTDB', stockMs, y + layout.barHeight + 2, colours.stock, scale),
      ].join('\n');
    }),
    '</svg>\n',
  ].join('\n');
}

interface Scale {
  readonly ticks: readonly number[];
  readonly x: (ms: number) => number;
}

/** From the power of ten below the least value to the one above the most. */
function scaleFor(values: readonly number[]): Scale {
  const from = Math.floor(Math.log10(Math.min(1, ...values)));
  const to = Math.ceil(Math.log10(Math.max(1, ...values)));
  const span = layout.width - layout.labelWidth - 110;
  return {
    ticks: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
    x: (ms) => Math.round(layout.labelWidth + (span * (Math.log10(ms) - from)) / (to - from)),
  };
}

function bar(whose: string, ms: number, y: number, colour: string, { x }: Scale): string {
  const end = x(ms);
  const label = `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
  return (
    `<rect x="${layout.labelWidth}" y="${y}" width="${Math.max(1, end - layout.labelWidth)}" height="${layout.barHeight}" fill="${colour}"/>` +
    `<text x="${end + 6}" y="${y + 11}" fill="#57606a">${whose} ${label}</text>`
  );
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
