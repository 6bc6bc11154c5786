import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the files of a history take on disk together. Undefined if there is none. */
export function historyBytes(directory: string): number | undefined {
  try {
    return readdirSync(directory)
      .map((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0);
  } catch {
    return undefined;
  }
}
