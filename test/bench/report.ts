import { format } from 'prettier';
import { capacity, takeoverMs } from './capacity.ts';
import { earlierCount } from './bench-node.ts';
import { connectionCount } from './comparisons.ts';
import { hostMemory } from './host-memory.ts';
import type { Platform } from './platform.ts';
import { median, pairedRatio } from './statistics.ts';
import { table, times } from './table.ts';
import type { Samples } from './take-turns.ts';

/** All figures of a run, as Markdown. */
export function report(samples: Samples, platform: Platform): Promise<string> {
  const parts = [conditions(samples, platform), table(samples), ...firstEvent(samples), ...fitness(samples)];
  return format(parts.join('\n\n'), { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}

function conditions(samples: Samples, { node, ctdb, machine }: Platform): string {
  const moves = samples['move']?.length;
  const rounds = `${samples['node']?.length ?? 0} starts${moves === undefined ? '' : ` and ${moves} moves`}`;
  return `Median and p95 of ${rounds} each, taken in turns with warm caches: ${machine}, Node ${node}, ${ctdb}.
    To move an address is \`takeip\` and \`releaseip\`; \`ctdb\` is a stand-in, as no ctdbd runs. Each
    resident host has had ${earlierCount} events before, as on a node after four hours, and is called by a process of the name of
    CTDB’s event daemon, as there. In the same turns \`sh -c :\` took ${times('sh', samples)} ms and bare \`node -e 0\` ${times('node', samples)} ms. Each ratio is the
    median of the ratios within the turns.`.replaceAll(/\s+/g, ' ');
}

function firstEvent(samples: Samples): string[] {
  const { 'monitor, first': first, 'monitor, alone': alone, [hostMemory]: memory } = samples;
  if (first === undefined || alone === undefined || memory === undefined) return [];
  return [
    `The first event, which leaves the host behind, takes ${pairedRatio(first, alone).toPrecision(2)} times as long as in a process of
    its own with CTDB_HOOK_RESIDENT=no. A host with all built-in plugins takes ${median(memory).toFixed(0)} MiB of memory as PSS,
    where no other process runs its Node.`.replaceAll(/\s+/g, ' '),
  ];
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
