import { comparisons, type Case, type Comparison } from './comparisons.ts';
import { median, p95, pairedRatio } from './statistics.ts';
import type { Samples } from './take-turns.ts';

/** The first line of the table. */
export const heading =
  '| An event by a link | ctdb-hook, ms | CTDB’s script, ms | hook : script | hook : bare Node |';

const none = '–';

/** The comparisons as a Markdown table; what was not measured is left out. */
export function table(samples: Samples): string {
  const measured = comparisons.filter(({ hook }) => samples[hook] !== undefined);
  return [heading, '| --- | ---: | ---: | ---: | ---: |', ...measured.map((row) => line(row, samples))].join(
    '\n',
  );
}

/** Median and p95 of a case, in milliseconds: `61.9 (70.2)`. */
export function times(name: Case, samples: Samples): string {
  const values = samples[name];
  return values === undefined ? none : `${median(values).toFixed(1)} (${p95(values).toFixed(1)})`;
}

function line({ what, hook, stock, isStart }: Comparison, samples: Samples): string {
  const cells = [
    what,
    times(hook, samples),
    stock === undefined ? none : times(stock, samples),
    stock === undefined ? none : ratio(hook, stock, samples),
    isStart ? ratio(hook, 'node', samples) : none,
  ];
  return `| ${cells.join(' | ')} |`;
}

function ratio(name: Case, other: Case, samples: Samples): string {
  const [values, others] = [samples[name], samples[other]];
  return values === undefined || others === undefined
    ? none
    : `${Number(pairedRatio(values, others).toPrecision(2))}`;
}
