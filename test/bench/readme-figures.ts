import { format } from 'prettier';

/**
 * The few figures that README.md shows, taken out of the tables of test/bench/README.md.
 *
 * @throws Error if a table has no such row.
 */
export function figures(benchReadme: string): Promise<string> {
  const row = (what: string) => cellsOf(benchReadme, what);
  const [moved = '', , stockSeconds = ''] = row('CTDB, 4 scripts');
  const [, , seconds = ''] = row('ctdb-hook, 2 of 4 as plugins, the scripts declare their events');
  const [cpu = '', , stockCpu = ''] = row(
    'every 15 seconds, as ctdbd raises it, with all that is done between events',
  );
  const [packages = ''] = row('packages');
  const [disk = ''] = row('on disk, MB');
  const [nodeDisk = ''] = row('of which Node, MB');
  const [pss = '', stockPss = ''] = row('memory as PSS, MiB');
  const [rss = ''] = row('memory as RSS, MiB');
  const [pause = '', , stockPause = ''] = row('NFSv3: reads a stream').map(medianIn);
  const text = `
- An NFS client that reads waits **${pause} s** when its address moves to another node. With CTDB's own event daemon and scripts it
  waits ${stockPause} s.
- When one node of three is disabled, the others serve its ${moved.split(' ')[0] ?? ''} addresses after **${seconds} s**. With CTDB's own
  event daemon and scripts it is after ${stockSeconds} s, although the kernel setting that ctdb-hook makes (\`rcu_expedited\`) was made for
  these too.
- A check of the node (the event \`monitor\`, for interfaces, Samba and NFS) takes **${cpu} ms** of processor time; CTDB's own
  scripts take ${stockCpu} ms.
- It needs ${packages} npm packages, ${disk} MB on disk (${nodeDisk} of them for Node itself), and ${pss} MiB of memory as PSS, which counts
  memory that processes share once. The RSS of its processes, as \`ps\` shows it, adds up to ${rss} MiB. CTDB's own event daemon
  needs ${stockPss} MiB of PSS.

![What events take, with ctdb-hook and with CTDB](test/bench/chart.svg)
`;
  return format(text, { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
}

/** Of the median and the worst, the median. */
const medianIn = (cell: string): string => cell.replace(/ \(.*/, '');

/** The cells of a row after the first, which says what it is about. */
function cellsOf(text: string, what: string): string[] {
  const line = text.split('\n').find((each) => each.replaceAll(/ +/g, ' ').startsWith(`| ${what} |`));
  if (line === undefined) throw new Error(`No table has a row "${what}", expected one`);
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}
