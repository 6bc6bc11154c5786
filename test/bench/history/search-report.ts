import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { frame } from '../../../core/history/frame.ts';
import { historyVersion, type HistoryRun } from '../../../core/history/record.ts';
import { RunShortener } from '../../../core/history/run-shortener.ts';
import { segmentName } from '../../../core/history/segment-names.ts';
import { environmentOf } from '../environment-of.ts';
import { hook } from '../programs.ts';
import { median } from '../statistics.ts';

/** What a node runs in a month that moves an address every quarter of a minute, and monitors as often. */
const runsCount = 1_000_000;
const monthMs = 30 * 86_400_000;

/** Files of a history that is full. */
const segmentsCount = 16;

/** How often each search is done. */
const rounds = 5;

/** Has Node say what it took, after all that the command says. */
const saysUsage = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write('\\n' + JSON.stringify({ cpuS: (userCPUTime + systemCPUTime) / 1e6, mib: maxRSS / 1024 }));
});`;

const searches = [
  ['what failed in a month', ['history', '--failed', '--since', '40d']],
  ['what each entry took at each event', ['history', '--entries', '--since', '40d']],
  ['the last 50 takeovers', ['timeline', '--list']],
] as const;

/** How long a month of history takes to be searched, as Markdown. */
export async function searchReport(): Promise<string> {
  const base = mkdtempSync(join(tmpdir(), 'ctdb-hook-search-'));
  try {
    const bytes = writeMonth(join(base, 'var/lib/ctdb-hook/history'));
    const usage = join(base, 'usage.mjs');
    writeFileSync(usage, saysUsage);
    const rows = searches.map(([what, words]) => {
      const taken = Array.from({ length: rounds }, () => search(base, usage, words));
      const of = (key: keyof Usage): number => median(taken.map((each) => each[key]));
      return `| ${what}: \`ctdb-hook ${words.join(' ')}\` | ${of('seconds').toFixed(2)} | ${of('cpuS').toFixed(2)} | ${of('mib').toFixed(0)} |`;
    });
    const text = `
A month of history: ${runsCount} runs of 4 plugins, half of them monitors, in ${(bytes / 2 ** 20).toFixed(0)} MiB. The command is started and reads all of
them; medians of ${rounds}.

| What is searched | seconds | processor time, s | memory as RSS, MiB |
| --- | ---: | ---: | ---: |
${rows.join('\n')}
`;
    return await format(text, { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

interface Usage {
  readonly seconds: number;
  readonly cpuS: number;
  readonly mib: number;
}

function search(base: string, usage: string, words: readonly string[]): Usage {
  const began = performance.now();
  const { status, stderr } = spawnSync(hook, words, {
    env: { ...environmentOf(base), NODE_OPTIONS: `--import=${usage}` },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0) throw new Error(`ctdb-hook ${words.join(' ')} ends with ${status}: ${stderr}`);
  return { seconds, ...(JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as Omit<Usage, 'seconds'>) };
}

/** Writes it as the event daemon does, and answers how many bytes it has. */
function writeMonth(directory: string): number {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const perSegment = Math.ceil(runsCount / segmentsCount);
  let bytes = 0;
  for (let segment = 0; segment < segmentsCount; segment += 1) {
    const path = join(directory, segmentName(segment + 1));
    const shortener = new RunShortener();
    let text = frame({ kind: 'history', version: historyVersion });
    for (
      let index = segment * perSegment;
      index < Math.min(runsCount, (segment + 1) * perSegment);
      index += 1
    )
      text += frame(shortener.shorten(runOf(index)));
    appendFileSync(path, text, { mode: 0o600 });
    bytes += Buffer.byteLength(text);
  }
  return bytes;
}

const names = ['00.ctdb', '10.interface', '50.samba', '60.nfs'] as const;

function runOf(index: number): HistoryRun {
  const isMonitor = index % 2 === 0;
  const isFailed = index % 50_000 === 0;
  const entries = names.map((name, at) => ({
    name,
    kind: 'plugin' as const,
    afterMs: 5 * at,
    tookMs: 4 + ((index + at) % 3),
    result: isFailed && name === '50.samba' ? 1 : 0,
    ...(isFailed && name === '50.samba' && { output: 'ERROR: samba tcp port 445 is not responding' }),
    ...(index % 14 === 1 && name === '10.interface' && { connectionsKilled: index % 9, connectionsLeft: 0 }),
  }));
  const beginMs = Date.now() - monthMs + Math.floor((index * monthMs) / runsCount);
  const timing = { kind: 'run', by: 'daemon', beginMs, waitedMs: index % 40, tookMs: 20, entries } as const;
  if (isMonitor) return { ...timing, event: 'monitor', argv: [], result: isFailed ? 1 : 0, entries };
  const argv = ['eth0', `10.0.${(index >> 8) & 255}.${index & 255}`, '24'];
  return { ...timing, event: index % 4 === 1 ? 'takeip' : 'releaseip', argv, result: 0, entries };
}
