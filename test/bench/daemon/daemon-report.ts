import { format } from 'prettier';
import { median, p95, pairedRatio } from '../statistics.ts';
import type { Samples } from '../take-turns.ts';
import { earlierCount, eventsCount, queuedCount, reloadsCount } from './daemon-cases.ts';
import { connectionCounts, heldCounts } from './daemon-moves.ts';
import { daemonRows } from './daemon-rows.ts';

/** The figures of the event daemon, as Markdown. */
export function daemonReport(samples: Samples): Promise<string> {
  const parts = [
    `Under the event daemon, in the same run, in milliseconds; the entries of the addresses are 00.ctdb, 10.interface, 50.samba and
    60.nfs, as plugins and as CTDB’s scripts, and the network is netlink. Daemons that run plugins have had ${earlierCount}
    events before, as on a node after four hours.`,
    table(samples),
    '![What events take, with ctdb-hook and with CTDB](chart.svg)',
    ...facts(samples),
  ];
  return format(parts.join('\n\n'), { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}

function table(samples: Samples): string {
  const lines = daemonRows.flatMap(({ what, ours, stock }) => {
    const [values, others] = [samples[ours], samples[stock]];
    if (values === undefined || others === undefined) return [];
    const times = `${Number(pairedRatio(others, values).toPrecision(2))} x`;
    return [`| ${what} | ${inWords(values)} | ${inWords(others)} | ${times} |`];
  });
  return ['| An event | ctdb-hook | CTDB | faster |', '| --- | ---: | ---: | ---: |', ...lines].join('\n');
}

/** Median and p95. */
const inWords = (values: readonly number[]): string => `${short(median(values))} (${short(p95(values))})`;

const short = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

function facts(samples: Samples): string[] {
  const value = (name: string): string => {
    const values = samples[name];
    return values === undefined ? '–' : short(median(values));
  };
  const beside = (event: string): string =>
    heldCounts.map((count) => `${value(`${event} beside ${count}`)} beside ${count}`).join(', ');
  return [
    `- Ready ${value('ready')} ms after exec (CTDB’s: ${value('stock ready')}).
- Memory of daemon, plugin host and spare with all built-in plugins: ${value('memory, MiB')} MiB; after
  ${eventsCount.toLocaleString('en')} events and ${reloadsCount} reloads ${value('memory later, MiB')} MiB.
- ${queuedCount} \`takeip\` requests sent at once are answered after ${value('queued')} ms.
- One more address, in a subnet in which the node has none of its own: \`takeip\` ${beside('takeip')} others; \`releaseip\`
  ${beside('releaseip')}. The oldest of ${heldCounts.at(-1) ?? 0} is released in ${value('releaseip, oldest')} ms, of which the
  kernel takes most (\`ip addr del\`: ${value('kernel, oldest')} ms); all others, asked for at once, in
  ${value('release of all at once')} ms.
- Of ${connectionCounts.most} connections ctdb_killtcp leaves ${value('left by ctdb_killtcp')}.`,
  ];
}
