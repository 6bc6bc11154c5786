import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
import { hook } from './programs.ts';
import { median } from './statistics.ts';

/** What is simulated: a thousand takeovers of five nodes. */
const words = ['simulate', '--nodes', '5', '--addresses', '10', '--takeovers', '1000', '--json'];

/** How long ctdbd lets one takeover run take, in milliseconds: three times TakeoverTimeout. */
const takeoverRunMs = 27_000;

const seeds = [1, 2, 3, 4, 5];

interface Report {
  readonly held: boolean;
  readonly tookMs: number;
  readonly simulatedMs: number;
  readonly reached: Readonly<Record<string, number>>;
}

/** How long `ctdb-hook simulate` takes with 00.ctdb and 10.interface, as lines. @throws Error if something did not hold */
export function simulateReport(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-simulate-'));
  try {
    for (const name of ['00.ctdb', '10.interface'])
      symlinkSync(join(packageRoot, 'plugins', name, 'plugin.ts'), join(directory, `${name}.ts`));
    const reports = seeds.map((seed) => run(directory, seed));
    const seconds = median(reports.map(({ tookMs }) => tookMs / 1000));
    const budget = median(reports.map(({ tookMs, reached }) => takeoverRunMs / (tookMs / runsOf(reached))));
    const faster = median(reports.map(({ tookMs, simulatedMs }) => simulatedMs / tookMs));
    return [
      `1000 takeovers of 5 nodes with 10 addresses: ${seconds.toFixed(1)} s (median of ${seeds.length} seeds)`,
      `a takeover run of ctdbd may take ${Math.round(budget)} times as long; the cluster's time goes ${Math.round(faster)} times as fast`,
    ].join('\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** All takeover runs, also those that failed or moved nothing. */
const runsOf = (reached: Report['reached']): number =>
  Object.entries(reached).reduce(
    (sum, [state, count]) => (state.startsWith('takeover run') ? sum + count : sum),
    0,
  );

function run(directory: string, seed: number): Report {
  const { stdout, stderr } = spawnSync(hook, [...words, directory, '--seed', `${seed}`], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const report = JSON.parse(stdout) as Report;
  if (!report.held) throw new Error(`seed ${seed}: not everything held: ${stderr}`);
  return report;
}
