/**
 * Tries every release of Debian that has another CTDB: `npm run test:releases -- [--core] [SUITE ...]`, all of them if
 * none is named. With `--core` it is what CI has time for: a cluster with our event daemon on every node.
 * A release that cannot be had is named, and is a failure. Exit status 1 if anything failed.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { releases } from '../cluster/releases.ts';
import { packagesOf } from './packages.ts';
import { prepareRoot } from './prepare-root.ts';
import { lockRoot } from './root-lock.ts';

/** What is run of the core: files, and what the titles of their tests have. */
const core = [
  'test/cluster/eventd.test.ts',
  'test/releases',
  '-t',
  'our event daemon on every node|as its package',
];

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const args = process.argv.slice(2);
const isCore = args.includes('--core');
const named = args.filter((arg) => arg !== '--core');
const known = releases.map(({ suite }) => suite);
const unknown = named.filter((suite) => !known.includes(suite));
if (unknown.length > 0) {
  console.error(
    `Usage: npm run test:releases -- [--core] [SUITE ...], with suites of ${known.join(', ')}; got "${unknown.join(' ')}"`,
  );
  process.exit(2);
}

const failed: string[] = [];
for (const { suite, root } of releases) {
  if (named.length > 0 && !named.includes(suite)) continue;
  if (!(await tryRelease(suite, root ?? ''))) failed.push(suite);
}
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function tryRelease(suite: string, root: string): Promise<boolean> {
  try {
    await using _lock = await lockRoot(root, 'make', console.log);
    prepareRoot(suite, root, packagesOf(suite, isCore));
  } catch (error) {
    console.error(String(error));
    return false;
  }
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', '.config/vitest.config.ts'];
  const chosen = ['--project', suite, ...(isCore ? core : [])];
  return (
    spawnSync(process.execPath, [...vitest, ...chosen], { cwd: checkout, stdio: 'inherit' }).status === 0
  );
}
