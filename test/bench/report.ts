import { format } from 'prettier';
import { capacity, takeoverMs } from './capacity.ts';
import { connectionCount } from './comparisons.ts';
import type { Platform } from './platform.ts';
import { table, times } from './table.ts';
import type { Samples } from './take-turns.ts';

/** All figures of a run, as Markdown. */
export function report(samples: Samples, platform: Platform): Promise<string> {
  const parts = [conditions(samples, platform), table(samples), ...fitness(samples)];
  return format(parts.join('\n\n'), { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}

function conditions(samples: Samples, { node, ctdb, machine }: Platform): string {
  const moves = samples['move']?.length;
  const rounds = `${samples['node']?.length ?? 0} starts${moves === undefined ? '' : ` and ${moves} moves`}`;
  return `Median and p95 of ${rounds} each, taken in turns with warm caches: ${machine}, Node ${node}, ${ctdb}.
    To move an address is \`takeip\` and \`releaseip\`; \`ctdb\` is a stand-in, as no ctdbd runs. In the same turns
    \`sh -c :\` took ${times('sh', samples)} ms and bare \`node -e 0\` ${times('node', samples)} ms. Each ratio is the
    median of the ratios within the turns.`.replaceAll(/\s+/g, ' ');
}

function fitness(samples: Samples): string[] {
  if (samples['stock move'] === undefined) return [];
  const hook = capacity(takeoverMs, ['move, connections'], samples);
  const stock = capacity(takeoverMs, ['stock move, connections'], samples);
  const hookNfs = capacity(takeoverMs, ['move, connections', 'move, 60.nfs'], samples);
  const stockNfs = capacity(takeoverMs, ['stock move, connections', 'stock move, 60.nfs'], samples);
  return [
    `A takeover run has ${takeoverMs / 1000} seconds (3 x TakeoverTimeout) for all addresses. In that time one node can
    hand another ${hook} addresses of ${connectionCount} connections each with the one link 10.interface (CTDB’s script:
    ${stock}), and ${hookNfs} with 60.nfs linked too (CTDB’s: ${stockNfs}).`.replaceAll(/\s+/g, ' '),
  ];
}
