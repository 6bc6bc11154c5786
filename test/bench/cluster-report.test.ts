import { expect, test } from 'vitest';
import { generatedPart } from '../docs/readme.ts';
import { benchReadme } from './write-figures.ts';
import { clusterHeading, clusterReport, moreReport, type Case, type Measured } from './cluster-report.ts';

const scripts = ['10.interface'];
const stock: Case = { what: 'CTDB', nodes: 3, addresses: 600, scripts };
const ours: Case = { ...stock, what: 'ctdb-hook', plugins: scripts };

/** Moves of 200 addresses that took so many seconds, of which one passed before the first. */
const moves = (...seconds: readonly number[]): Measured['moves'] =>
  seconds.map((each) => ({ addresses: 200, tookMs: 1000 * each, waitedMs: 1000, takeoverRuns: each }));

const report = async (measured: readonly Measured[]): Promise<string> =>
  (await clusterReport(measured, { rounds: 3, patienceMs: 180_000 })).replaceAll(/\s+/g, ' ');

test('a cluster is compared with CTDB’s own of the same scripts, nodes and kernel', async () => {
  const text = await report([
    { of: stock, moves: moves(30) },
    { of: ours, moves: moves(3, 2, 1) },
    { of: { ...ours, what: 'slow', hasSlowArp: true }, moves: moves(5) },
  ]);
  expect(text).toContain('| CTDB | 200 of 600 | 30 | 30.0 | 1.0 | |');
  expect(text).toContain('| ctdb-hook | 200 of 600 | 3 | 2.0 | 1.0 | 15.0 x |');
  expect(text).toContain('Of these 3 clusters none failed');
  expect(text).toContain('| slow | 200 of 600 | 5 | 5.0 | 1.0 | |');
});

test('of one that did not come to rest that is said, and nothing is compared with it', async () => {
  const text = await report([
    { of: stock, moves: [] },
    { of: ours, moves: moves(2) },
  ]);
  expect(text).toContain('Of these 2 clusters 1 failed: did not come to rest in 180 seconds.');
  expect(text).toContain('| CTDB | 200 of 600 | | not in 180 | | |');
  expect(text).toContain('| ctdb-hook | 200 of 600 | 2 | 2.0 | 1.0 | |');
});

test('addresses are compared with as many of the same family', async () => {
  const ipv6 = { family: 'IPv6', addresses: 80 } as const;
  const measured = [
    { of: { ...stock, ...ipv6 }, moves: moves(30) },
    { of: { ...ours, ...ipv6, what: 'alike' }, moves: moves(3) },
    { of: { ...ours, ...ipv6, what: 'more', addresses: 400 }, moves: moves(6) },
    { of: { ...ours, what: 'IPv4', addresses: 80 }, moves: moves(1) },
  ];
  const text = await moreReport(measured, { rounds: 3, patienceMs: 180_000 });
  expect(text.replaceAll(/ +/g, ' ')).toContain('| alike | 200 of 80 | 3 | 3.0 | 1.0 | 10.0 x |');
  for (const what of ['more', 'IPv4'])
    expect(text.replaceAll(/ +/g, ' ')).toMatch(new RegExp(`\\| ${what} \\| .* \\| 1\\.0 \\| \\|\n`));
});

test.each(['bench:cluster', 'bench:cluster:more'])(
  'the figures of clusters were written by the benchmark (%s)',
  (part) => {
    expect(generatedPart(part, benchReadme).replaceAll(/\s+/g, ' ')).toContain(clusterHeading);
  },
);
