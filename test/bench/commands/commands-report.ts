import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { packageRoot } from '../../../core/package/package-root.ts';
import { builtinPlugins } from '../../support/builtin-plugins.ts';
import { BenchDaemon } from '../daemon/bench-daemon.ts';
import { environmentOf } from '../environment-of.ts';
import { bareNode, hook } from '../programs.ts';
import { median, pairedRatio, p95 } from '../statistics.ts';
import { type Samples, takeTurns } from '../take-turns.ts';

/** All built-in plugins. */
const plugins = Object.fromEntries(
  builtinPlugins.map((name) => [`${name}.ts`, { link: join(packageRoot, 'plugins', name, 'plugin.ts') }]),
);

/** What a person asks, on a node that runs all built-in plugins. */
const asked = [
  ['--version'],
  ['status'],
  ['list'],
  ['history'],
  ['explain', 'startrecovery'],
  ['explain', 'takeip', 'lo', '127.0.0.1', '8'],
] as const;

/** The highest exit status of an answer. `status` ends with 3 where no monitor is known, and so does it here. */
const worstStatus = 3;

const limits = { rounds: 40, roundsMin: 10, limitMs: 120_000 };

/** What the author of a plugin gives, one after another, in a folder that is empty at first: until the tests pass, and it was tried. */
const firstSteps = [
  ['new', '70.web'],
  ['node', '--test'],
  ['try', '70.web.ts'],
] as const;

/** Rounds of that. */
const firstRounds = 5;

const nameOf = (words: readonly string[]): string => `ctdb-hook ${words.join(' ')}`;

/** How long commands take to answer, beside Node that starts and does nothing, as Markdown. */
export async function commandsReport(): Promise<string> {
  const base = mkdtempSync(join(tmpdir(), 'ctdb-hook-commands-'));
  const daemon = await BenchDaemon.start('hook', base, plugins);
  try {
    await daemon.raiseMs('init');
    const samples = await takeTurns(
      {
        node: () => runMs(base, bareNode(), ['-e', '0']),
        ...Object.fromEntries(asked.map((words) => [nameOf(words), () => runMs(base, hook, words)])),
      },
      limits,
    );
    return await format(textOf(samples) + firstStepsText(base), {
      parser: 'markdown',
      proseWrap: 'always',
      printWidth: 120,
    });
  } finally {
    await daemon.stop();
    rmSync(base, { recursive: true, force: true });
  }
}

function runMs(
  base: string,
  program: string,
  words: readonly string[],
  cwd = base,
  statusMax = worstStatus,
): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(program, words, { cwd, env: environmentOf(base), encoding: 'utf8' });
  const tookMs = performance.now() - began;
  if (status !== null && status <= statusMax) return tookMs;
  throw new Error(`${[program, ...words].join(' ')} ends with ${status}: ${stderr}`);
}

/** How long these take, and all of them until the tests pass. */
function firstStepsText(base: string): string {
  const rounds = Array.from({ length: firstRounds }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'ctdb-hook-author-'));
    try {
      return firstSteps.map((words) => runMs(base, hook, words, folder, 0));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
  const rows = firstSteps.map(
    (words, index) => `| \`${nameOf(words)}\` | ${ms(rounds.map((taken) => taken[index] ?? 0))} |`,
  );
  const toGreen = rounds.map(([first = 0, second = 0]) => first + second);
  return `
What the author of a plugin gives in an empty folder; ${firstRounds} rounds.

| Command | ms, median (p95) |
| --- | ---: |
${rows.join('\n')}
| from the empty folder to the tests that pass | ${ms(toGreen)} |
`;
}

function textOf(samples: Samples): string {
  const bare = samples['node'] ?? [];
  const rows = asked.map((words) => {
    const taken = samples[nameOf(words)] ?? [];
    return `| \`${nameOf(words)}\` | ${ms(taken)} | ${pairedRatio(taken, bare).toFixed(1)} |`;
  });
  return `
Each command on a node whose event daemon runs with all built-in plugins, in turns with Node that does nothing; ${bare.length} rounds.

| Command | ms, median (p95) | Node's start |
| --- | ---: | ---: |
| \`node -e 0\` | ${ms(bare)} | 1 |
${rows.join('\n')}
`;
}

const ms = (taken: readonly number[]): string => `${median(taken).toFixed(0)} (${p95(taken).toFixed(0)})`;
