import { format } from 'prettier';
import { median, p95, pairedRatio } from '../statistics.ts';
import type { Samples } from '../take-turns.ts';
import { historyCases, pairsCount } from './history-cases.ts';

/** What the history of runs costs an event, as Markdown. */
export function historyReport(samples: Samples): Promise<string> {
  const rows = Object.values(historyCases).map(({ what, of }) => {
    const [withIt, without] = [samples[of('with history')] ?? [], samples[of('without')] ?? []];
    return `| ${what} | ${cell(withIt)} | ${cell(without)} | ${pairedRatio(withIt, without).toFixed(2)} |`;
  });
  const rounds = samples[historyCases.idle.of('without')]?.length ?? 0;
  const text = `
Two event daemons in turns, ${rounds} rounds with ${pairsCount} such pairs one after another: one keeps the history of runs (64 MiB), one keeps none (CTDB_HOOK_HISTORY_MIB=0).
Median and p95 of an event in milliseconds; the ratio is the median of the ratios within the rounds. The entries of the
addresses are 00.ctdb, 10.interface, 50.samba and 60.nfs as plugins.

| An event | with history | without | ratio |
| --- | ---: | ---: | ---: |
${rows.join('\n')}
`;
  return format(text, { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}

const cell = (values: readonly number[]): string =>
  `${median(values).toFixed(3)} (${p95(values).toFixed(3)})`;
