import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const debianRoot = fileURLToPath(new URL('../../.config/debian-root', import.meta.url));

/**
 * Longest that a file system is kept, in milliseconds, as far as the mirror is concerned: a suite gets new versions of
 * its packages, sid every day.
 */
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** What one is made of, in the file beside it. */
interface Stamp {
  readonly packages: readonly string[];
  /** When, in milliseconds since 1970. */
  readonly madeAt: number;
}

/**
 * Makes the file system of a Debian release, unless the one that is there has these packages and is a week old at most.
 *
 * @throws Error naming the suite, if it cannot be made: `.config/debian-root` has said why.
 */
export function prepareRoot(suite: string, root: string, packages: readonly string[]): void {
  const stampPath = `${root}.stamp`;
  if (existsSync(root) && isGood(stampPath, packages)) return;
  // The stamp goes first and comes last: what was interrupted is made anew.
  rmSync(stampPath, { force: true });
  rmSync(root, { recursive: true, force: true });
  mkdirSync(dirname(root), { recursive: true });
  const { status } = spawnSync(debianRoot, [suite, root, ...packages], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0)
    throw new Error(`There is no file system of ${suite}: .config/debian-root could not make it`);
  writeFileSync(stampPath, JSON.stringify({ packages, madeAt: Date.now() } satisfies Stamp));
}

function isGood(stampPath: string, packages: readonly string[]): boolean {
  if (!existsSync(stampPath)) return false;
  const stamp = JSON.parse(readFileSync(stampPath, 'utf8')) as Stamp;
  const ageMs = Date.now() - stamp.madeAt;
  return ageMs >= 0 && ageMs < keptMs && packages.every((name) => stamp.packages.includes(name));
}
