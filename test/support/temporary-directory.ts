import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bytesOf, plainOrBytes } from '../../core/text/bytes-as-text.ts';

/** A directory of its own for the running test, with these files in it, removed when the test is over. */
export function temporaryDirectory(files: Readonly<Record<string, Planted | string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'ctdb-hook-test-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  plant(path, files);
  return path;
}

/** A file, or with `target` a symbolic link to that, and the directories that lead to it. */
export interface Planted {
  readonly text?: string;
  readonly mode?: number;
  readonly target?: string;
}

/** Puts files into a directory by name; names and texts may stand for bytes that are not UTF-8 (`textOf`). */
export function plant(directory: string, files: Readonly<Record<string, Planted | string>>): void {
  for (const [name, planted] of Object.entries(files)) {
    const { text = '', mode = 0o644, target } = typeof planted === 'string' ? { text: planted } : planted;
    const path = join(directory, name);
    mkdirSync(plainOrBytes(dirname(path)), { recursive: true });
    if (target === undefined) writeFileSync(plainOrBytes(path), bytesOf(text), { mode });
    else symlinkSync(plainOrBytes(target), plainOrBytes(path));
  }
}

/** An executable shell script with this body. */
export const script = (body: string): Planted => ({ text: `#!/bin/sh\n${body}\n`, mode: 0o755 });
