import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The shell whose word counts; Debian's /bin/sh. */
const shell = existsSync('/bin/dash') ? '/bin/dash' : '/bin/sh';

/** Each file in a subshell of its own; a file that ends its subshell leaves no result. */
const script = `for i in *.options; do ( set -a; . "./$i"; /usr/bin/env -0 >"$i.result" ); done`;

/** The variables after a real shell sourced each text, or undefined where it did not get through. */
export function sourceWithDash(
  texts: readonly string[],
  environment: Readonly<Record<string, string>>,
): readonly (ReadonlyMap<string, string> | undefined)[] {
  const directory = mkdtempSync(join(tmpdir(), 'ctdb-hook-dash-'));
  try {
    const names = texts.map((_, index) => `${String(index).padStart(6, '0')}.options`);
    for (const [index, text] of texts.entries()) writeFileSync(join(directory, names[index] ?? ''), text);
    spawnSync(shell, ['-c', script], { cwd: directory, env: environment, stdio: 'ignore', timeout: 60_000 });
    return names.map((name) => resultOf(join(directory, `${name}.result`)));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function resultOf(path: string): ReadonlyMap<string, string> | undefined {
  if (!existsSync(path)) return undefined;
  const entries = readFileSync(path, 'utf8').split('\0');
  return new Map(entries.slice(0, -1).map((entry) => split(entry)));
}

function split(entry: string): [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}
